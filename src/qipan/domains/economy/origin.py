"""Where a fact came from: the cell, with the cells around it, who loaded it, and what stood there before."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from qipan.domains.economy.numbers import printed, stored_value
from qipan.domains.economy.shapes import CellOfOrigin, EarlierValue, Text
from qipan.engine.sheets.book import CellValue
from qipan.engine.sheets.reading import original_window
from qipan.packs import Measure, Resolved
from qipan.platform import files
from qipan.platform.models import Batch, BatchSheet, User
from qipan.registry.models import Fact, Return, Subject
from qipan.registry.originals import may_open
from qipan.registry.queries import visible_to

AROUND = 3
PRELIMINARY = Text("初步", "preliminary")


def origin_of(fact: Fact, user: User) -> CellOfOrigin | None:
    """Return the cell a fact was read from; None for one that no file brought.

    The cells around it are others' figures: who may not open the sheet sees the one cell alone.
    """
    sheet = BatchSheet.objects.filter(batch=fact.batch, number=fact.sheet).select_related("file", "batch").first()
    if sheet is None or fact.row is None or fact.column is None:
        return None
    path = files.path_of(sheet.file.sha256)
    window: tuple[tuple[str, ...], ...] = ()
    first_row, first_column = fact.row, fact.column
    if path.is_file():
        around = AROUND if may_open(user, sheet) else 0
        cut = original_window(path, sheet.index, fact.row, fact.column, around, member=sheet.member or None)
        window = tuple(tuple(_shown(value) for value in row) for row in cut.grid.rows)
        first_row, first_column = cut.grid.first_row, cut.grid.first_column
    return CellOfOrigin(
        batch=sheet.batch.pk,
        file=sheet.file_name,
        sheet=sheet.sheet,
        row=fact.row,
        column=fact.column,
        column_name=get_column_letter(fact.column + 1),
        window=window,
        window_first_row=first_row,
        window_first_column=first_column,
        loaded_by=sheet.batch.by_name,
        loaded_at=sheet.batch.started,
    )


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
