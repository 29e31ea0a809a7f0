"""Where a fact came from: the cell, with the cells around it, who loaded it, and what stood there before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from qipan.domains.economy.numbers import printed, stored_value
from qipan.domains.economy.shapes import CellOfOrigin, ChangedCell, EarlierValue, Text
from qipan.engine.sheets.book import CellValue
from qipan.engine.sheets.reading import original_window
from qipan.packs import Measure, Resolved
from qipan.platform import files
from qipan.platform.imports.decisions import changes_of
from qipan.platform.models import Batch, BatchSheet, User
from qipan.registry.models import Fact, Return, Subject
from qipan.registry.originals import may_open
from qipan.registry.queries import visible_to

AROUND = 3
PINNED = 3  # so many columns that name a row
NAMING = frozenset({"measure", "subject", "unit", "period", "name"})
LEVELS = frozenset({"", "value", "target", "expected", "city_value", "last_year"})
IN_BRACKETS = re.compile(r"[（(]([^（）()]+)[）)]\s*$")
PRELIMINARY = Text("初步", "preliminary")


def origin_of(fact: Fact, user: User, resolved: Resolved) -> CellOfOrigin | None:
    """Return the cell a fact was read from; None for one that no file brought.

    The cells around it are others' figures: who may not open the sheet sees the one cell alone. What names a row and
    what heads a column is shown however far away it stands.
    """
    sheet = BatchSheet.objects.filter(batch=fact.batch, number=fact.sheet).select_related("file", "batch").first()
    if sheet is None or fact.row is None or fact.column is None:
        return None
    path = files.path_of(sheet.file.sha256)
    read = tuple(_Read.of(entry) for entry in sheet.columns)
    first, columns, window, unit = fact.row, (fact.column,), (), ""
    own_line: tuple[str, ...] = ()
    if path.is_file():
        whole = may_open(user, sheet)
        cut = original_window(
            path,
            sheet.index,
            fact.row,
            fact.column,
            AROUND if whole else 0,
            member=sheet.member or None,
            from_left=True,
        )
        rows = [tuple(_shown(value) for value in row) for row in cut.grid.rows]
        own = rows[fact.row - cut.grid.first_row] if 0 <= fact.row - cut.grid.first_row < len(rows) else ()
        unit = _unit(read, fact.column, own, resolved)
        width = max((len(row) for row in rows), default=0)
        columns = _columns(read, fact.column, width) if whole else columns
        rows, first = _below_headings(rows, cut.grid.first_row, fact.row, read)
        window = tuple(tuple(row[at] if at < len(row) else "" for at in columns) for row in rows)
        own_line = tuple(own[at] if at < len(own) else "" for at in columns)
    headings = {one.index: one.header for one in read}
    head = tuple(headings.get(at, "") for at in columns)
    return CellOfOrigin(
        batch=sheet.batch.pk,
        file=sheet.file_name,
        sheet=sheet.sheet,
        row=fact.row,
        column=fact.column,
        column_name=get_column_letter(fact.column + 1),
        window=window,
        window_first_row=first,
        columns=columns,
        head=head if any(head) else (),
        unit=unit,
        loaded_by=sheet.batch.by_name,
        loaded_at=sheet.batch.started,
        changed=_changed(sheet, fact, read, dict(zip(columns, own_line, strict=False))),
    )


def _changed(
    sheet: BatchSheet, fact: Fact, read: tuple[_Read, ...], shown: Mapping[int, str]
) -> tuple[ChangedCell, ...]:
    """Return what people changed in the cell, and in those shown that name its row, before it was read."""
    changes = changes_of(sheet.changes)
    heads = {one.index: one.header for one in read}
    naming = {one.index for one in read if (one.part or one.code) in NAMING and one.index in shown}
    mine = naming | {fact.column}
    edits = [one for one in changes.edits if one.row == fact.row and one.column in mine]
    maps = [one for one in changes.maps if one.column in mine and shown.get(one.column, "").strip() == one.was.strip()]
    return (
        *(ChangedCell(heads.get(one.column, ""), one.was, one.now, one.by, everywhere=False) for one in edits),
        *(ChangedCell(heads.get(one.column, ""), one.was, one.now, one.by, everywhere=True) for one in maps),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """One column as the load understood it."""

    index: int
    header: str
    code: str
    part: str

    @classmethod
    def of(cls, entry: Mapping[str, object]) -> _Read:
        """Return what the batch kept of a column; a merged heading reads 1-10月 / ±%."""
        index = entry.get("index")
        header = "".join(str(entry.get("header") or "").split("\n"))
        code, part = str(entry.get("code") or ""), str(entry.get("part") or "")
        return cls(index if isinstance(index, int) else -1, header, code, part)


def _columns(read: tuple[_Read, ...], column: int, width: int) -> tuple[int, ...]:
    """Return the columns to show: the first few of those that name a row, then those around the cell."""
    naming = [one.index for one in read if (one.part or one.code) in NAMING and 0 <= one.index < width]
    around = range(max(column - AROUND, 0), min(column + AROUND + 1, max(width, column + 1)))
    return tuple(sorted({*naming[:PINNED], *around}))


def _below_headings(
    rows: list[tuple[str, ...]], first: int, row: int, read: tuple[_Read, ...]
) -> tuple[list[tuple[str, ...]], int]:
    """Leave out the rows that only repeat the headings (or stand above them), and say where the rest begins."""
    last = {one.index: one.header.rpartition(" / ")[2] for one in read if one.header}
    for at in range(min(row - first, len(rows)) - 1, -1, -1):
        known = [text for column, text in enumerate(rows[at]) if text and column in last]
        same = sum(text.replace("\n", "") == last[column] for column, text in enumerate(rows[at]) if column in last)
        if known and same >= max(2, len(known) // 2):
            return rows[at + 1 :], first + at + 1
    return rows, first


def _unit(read: tuple[_Read, ...], column: int, own: tuple[str, ...], resolved: Resolved) -> str:
    """Return the unit a sheet states for a cell: in its row, else in its heading; only of levels, in known units."""
    heading = next((one for one in read if one.index == column), None)
    if heading is None or heading.part not in LEVELS:
        return ""
    known = resolved.units.units
    inside = IN_BRACKETS.search(heading.header)
    stated = [inside[1].strip()] if inside else []
    stated += [own[one.index].strip() for one in read if one.part == "unit" and 0 <= one.index < len(own)]
    return next((text for text in stated if text in known), "")


def _shown(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def earlier_values(fact: Fact, measure: Measure, resolved: Resolved, user: User) -> tuple[EarlierValue, ...]:
    """Return what the same figure said before, newest first, as far as `user` may see it."""
    same = visible_to(Fact, user).filter(
        subject=fact.subject_id, measure=fact.measure_id, period=fact.period, reading=fact.reading, basis=fact.basis,
        scope=fact.scope_id, superseded_by__isnull=False,
    ).order_by("-id")[:20]  # fmt: skip
    batches = Batch.objects.in_bulk([old.batch for old in same] + [old.superseded_by for old in same])
    found: list[EarlierValue] = []
    for old in same:
        batch, ended = batches.get(old.batch), batches.get(old.superseded_by or 0)
        if batch is None:
            continue
        undone = ended is not None and ended.kind == Batch.Kind.UNDO
        why = Text("整批撤销", "the load was undone") if undone else Text("后来的文件更正", "corrected by a later file")
        text = printed(stored_value(resolved, measure.code, old.value), measure.decimals)
        found.append(EarlierValue(text, batch.by_name, batch.started, batch.pk, why))
    return tuple(found)


def status_of(fact: Fact) -> Text:
    """Return whether the figure is locked or preliminary: whether it stands in a locked return of who reported it."""
    sheet = BatchSheet.objects.filter(batch=fact.batch, number=fact.sheet).select_related("batch").first()
    if sheet is None:
        return PRELIMINARY
    unit = fact.subject_id if fact.subject.noun == Subject.Noun.UNIT else sheet.batch.unit
    locked = Return.objects.filter(
        unit=unit, ledger=sheet.ledger, period=fact.period, status__in=("locked", "published")
    )
    return Text("已锁定", "locked") if locked.exists() else PRELIMINARY
