"""The step at which a person sees what each column was taken for, and says what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.utils.translation import gettext as _

from qipan.engine.sheets.columns import KEPT, LEFT_OUT
from qipan.engine.sheets.spec import ColumnSpec, ColumnType, LedgerSpec
from qipan.platform.definitions import resolved
from qipan.platform.imports import drafts
from qipan.platform.imports.decisions import Decision
from qipan.platform.imports.results import ColumnSummary, SheetSummary
from qipan.web import labels
from qipan.web.language import short
from qipan.web.pages import Request, page
from qipan.web.wizard.frame import Opened, answer, decided, opened, unknown_columns
from qipan.web.wizard.sheets import column_name, ledgers, said

NUMBERS = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.PERCENT)
FIGURES = {"value", "target", "expected", "city_value"}
SETTLED = ("sheets.reason-chosen", "sheets.reason-remembered")


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column of the sheet as a person decides about it."""

    column: ColumnSummary
    chosen: str  # the field selected: a code, LEFT_OUT, KEPT, or "" where nothing was said
    read_as: str  # what it is read as where no field of the ledger says it
    why: str
    percent: int
    guess: str
    unit: str
    takes_unit: bool
    asks: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the ledger that a column may be."""

    code: str
    name: str
    required: bool
    taken: bool


def _assumed(declared: ColumnSpec | None, sheet: SheetSummary, decision: Decision) -> str:
    """Return the unit a column that names none is read in: the sheet's where it is of the kind, else the ledger's."""
    own = declared.unit if declared is not None and declared.unit else ""
    said, units = decision.unit or sheet.unit, resolved().units.units
    alike = said is not None and own in units and said in units and units[own].dimension == units[said].dimension
    return said if alike and said else own


def _line(
    one: ColumnSummary, decision: Decision, spec: LedgerSpec, types: Mapping[str, ColumnSpec], sheet: SheetSummary
) -> ColumnLine:
    chosen = decision.columns.get(one.index)
    asks = not one.code and not one.part and one.reason not in SETTLED
    if chosen is None:
        kept = not one.code and not one.part and one.reason in SETTLED
        chosen = one.code or (LEFT_OUT if one.part == "ignored" else (KEPT if kept else ""))
    declared = types.get(one.code or "")
    counted = declared is not None and declared.type in NUMBERS and bool(declared.unit)
    takes = one.part in FIGURES or (counted and one.part != "yoy")
    return ColumnLine(
        column=one,
        chosen=chosen,
        read_as=_read_as(one) if not one.code else "",
        why=said(one.reason, one.reason_params),
        percent=round(one.confidence * 100),
        guess=column_name(spec, one.guess) if one.guess and asks else "",
        unit=decision.units.get(one.index) or one.unit or _assumed(declared, sheet, decision),
        takes_unit=takes,
        asks=asks,
    )


def _read_as(one: ColumnSummary) -> str:
    """Return what a column is read as that is no field of its ledger: a measure, a growth, a number of the row."""
    if one.measure:
        measure = resolved().measures.get(one.measure)
        name = (measure.names.en if short() == "en" else measure.names.zh) if measure else ""
        return f"{name} · {_('增速')}" if one.part == "yoy" else name
    words = {
        "serial": _("行号"), "period": _("时期"), "yoy": _("增速"), "value": _("数值"), "last_year": _("上年同期"),
        "measure": _("指标"), "unit": _("计量单位"), "rank": _("位次"), "target": _("目标"), "progress": _("完成进度"),
    }  # fmt: skip
    return words.get(one.part, "")


def _fields(spec: LedgerSpec, lines: Sequence[ColumnLine]) -> list[Field]:
    """Return the fields of a ledger, and which of them a column of the sheet is already."""
    types = {one.code: one for one in spec.columns}
    taken = {line.chosen for line in lines}
    parts = {line.column.part for line in lines} | {types[code].writes for code in taken if code in types}
    return [
        Field(one.code, column_name(spec, one.code), one.required, one.code in taken or (one.writes or "-") in parts)
        for one in spec.columns
    ]


def _sheet(request: Request, found: Opened) -> SheetSummary | None:
    wanted = request.POST.get("place") or request.GET.get("sheet", "")
    chosen = found.result.sheet(wanted) if found.result else None
    if chosen is not None and not chosen.left_out:
        return chosen
    return max(found.sheets, key=lambda one: (bool(unknown_columns(one)), -one.number), default=None)


@page
def columns(request: Request, number: int) -> HttpResponse:
    """The columns of one sheet with sample values, the field each is, its unit, and what is still missing."""
    if request.method == "POST":
        return _decide(request, number)
    found = opened(request, number)
    sheet = _sheet(request, found)
    context: dict[str, object] = {"sheet": sheet, "tabs": [(one, unknown_columns(one)) for one in found.sheets]}
    if sheet is not None:
        decision = Decision.of(found.draft.decisions.get(sheet.place, {}))
        code = sheet.ledger or decision.ledger or sheet.likely
        spec = next((one for one in ledgers() if one.code == code), None)
        if spec is not None:
            types = {one.code: one for one in spec.columns}
            lines = [_line(one, decision, spec, types, sheet) for one in sheet.columns]
            taken = {line.chosen for line in lines}
            lacking = next((lacks for ledger, _confidence, lacks in sheet.nearest if ledger == code), ())
            context |= {
                "ledger": labels.ledger(spec.code),
                "lines": lines,
                "fields": _fields(spec, lines),
                "missing": [column_name(spec, lack) for lack in lacking if lack not in taken],
                "units_of_measure": [(unit, labels.unit_of_measure(unit)) for unit in resolved().units.units],
                "left_out": LEFT_OUT,
                "kept": KEPT,
            }
    return answer(request, found, "columns", context)


def _decide(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    sheet = found.result.sheet(request.POST.get("place", "")) if found.result else None
    if sheet is None or found.draft.state not in drafts.OPEN:
        return decided(request, found.draft, "columns")
    known = {column.code for spec in ledgers() for column in spec.columns} | {LEFT_OUT, KEPT}
    units = resolved().units.units
    before = Decision.of(found.draft.decisions.get(sheet.place, {}))
    code = sheet.ledger or before.ledger or sheet.likely
    spec = next((one for one in ledgers() if one.code == code), None)
    if spec is None:
        return decided(request, found.draft, "columns")
    types = {one.code: one for one in spec.columns}
    lines = {one.index: _line(one, before, spec, types, sheet) for one in sheet.columns}

    def edit(decision: Decision) -> Decision:
        wanted, measured = dict(decision.columns), dict(decision.units)
        for index, line in lines.items():
            said_column = request.POST.get(f"c{index}", line.chosen)
            if said_column != line.chosen:
                wanted.pop(index, None)
                if said_column in known:
                    wanted[index] = said_column
            said_unit = request.POST.get(f"u{index}", line.unit)
            if said_unit != line.unit:
                measured.pop(index, None)
                if said_unit in units:
                    measured[index] = said_unit
        # Which ledger it is was agreed to by saying what its columns are.
        ledger = decision.ledger or (code if wanted and sheet.ledger is None else None)
        return replace(decision, columns=wanted, units=measured, ledger=ledger)

    drafts.decide(number, sheet.place, edit)
    return decided(request, found.draft, "columns", f"sheet={sheet.place}")
