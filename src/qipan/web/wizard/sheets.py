"""The step at which a person sees what each sheet was taken for, and says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.http import HttpResponse

from qipan.engine.periods import Kind, Period, parse
from qipan.engine.problem import Problem, catalogue
from qipan.engine.sheets.spec import LedgerSpec
from qipan.platform.definitions import resolved
from qipan.platform.imports import drafts
from qipan.platform.imports.decisions import Decision
from qipan.platform.imports.results import SheetSummary
from qipan.platform.models import BatchSheet
from qipan.registry.queries import visible_to
from qipan.web import labels
from qipan.web.language import short
from qipan.web.pages import Request, page
from qipan.web.wizard.frame import Opened, answer, decided, opened

T = TypeVar("T")
LEFT_OUT = "-"
EARLIER = 3  # loads of the same form that are shown
SURE, LIKELY = 90, 75  # percent


@dataclass(frozen=True, slots=True)
class SheetCard:
    """A sheet with everything a person decides by."""

    sheet: SheetSummary
    decision: Decision
    name: str  # of the ledger it is read as
    percent: int
    sure: str  # sure | likely | unsure
    reasons: tuple[str, ...]
    lacks: tuple[str, ...]  # what the likeliest ledger lacks here
    nearest: tuple[tuple[str, int, tuple[str, ...]], ...]
    period: str
    earlier: tuple[BatchSheet, ...]
    skipped: tuple[tuple[str, int], ...]
    wide: bool


def ledgers() -> Sequence[LedgerSpec]:
    """Return the ledgers that are in force."""
    return resolved().ledger_specs()


def column_name(ledger: LedgerSpec | None, code: str) -> str:
    """Return the name of a ledger's column in the page's language."""
    spec = next((one for one in ledger.columns if one.code == code), None) if ledger else None
    if spec is None:
        return ""
    return spec.en if short() == "en" else spec.names[0]


def said(code: str, params: Mapping[str, object]) -> str:
    """Return a reason as a sentence; empty for one nobody put into words."""
    if code not in catalogue() or code == "sheets.reason-none":
        return ""
    return Problem(code, params=dict(params)).message(short())  # type: ignore[arg-type]


def _card(
    one: SheetSummary, found: Opened, specs: Mapping[str, LedgerSpec], earlier: Sequence[BatchSheet]
) -> SheetCard:
    decision = Decision.of(found.draft.decisions.get(one.place, {}))
    percent = round(one.confidence * 100)
    near = [
        (labels.ledger(code), round(confidence * 100), tuple(column_name(specs.get(code), lack) for lack in lacks))
        for code, confidence, lacks in one.nearest
    ]
    sure = "sure" if percent >= SURE else ("likely" if percent >= LIKELY else "unsure")
    period = decision.period or one.period
    named = decision.ledger is None or (one.nearest and one.nearest[0][0] == decision.ledger)
    lacks = near[0][2] if one.ledger is None and near and named else ()
    return SheetCard(
        sheet=one,
        decision=decision,
        name=labels.ledger(one.ledger or ""),
        percent=percent,
        sure=sure if one.ledger else "unsure",
        reasons=tuple(text for code, params in one.reasons if (text := said(code, params))),
        lacks=lacks,
        nearest=tuple(near),
        period=written_period(period, one.basis) if period else "",
        earlier=tuple(earlier[:EARLIER]),
        skipped=tuple(one.skipped.items()),
        wide=any(len(row) > 1 for row in one.top),
    )


def earlier_loads(request: Request, signatures: Sequence[str]) -> dict[str, list[BatchSheet]]:
    """Return the loads of the same forms that still stand, by the form, the latest first."""
    wanted = [one for one in dict.fromkeys(signatures) if one]
    rows = visible_to(BatchSheet, request.user).filter(
        signature__in=wanted, batch__state="committed", batch__kind="load"
    )
    found: dict[str, list[BatchSheet]] = {}
    for row in rows.select_related("batch").order_by("-batch_id")[:200]:
        found.setdefault(row.signature, []).append(row)
    return found


def written_period(code: int, basis: int | None) -> str:
    """Return a period as it can be typed in again, in the page's language."""
    period = Period(code)
    if short() == "en" and period.kind is Kind.MONTH:
        return f"{period.year}-{code % 100:02d}"
    return period.text("zh", basis=basis)


@page
def sheets(request: Request, number: int) -> HttpResponse:
    """Every sheet with the ledger it was taken for, why, and its first rows; what is decided is read again."""
    if request.method == "POST":
        return _decide(request, number)
    found = opened(request, number)
    specs = {spec.code: spec for spec in ledgers()}
    all_sheets = found.result.sheets if found.result else ()
    earlier = earlier_loads(request, [one.signature for one in all_sheets])
    cards = [_card(one, found, specs, earlier.get(one.signature, ())) for one in all_sheets]
    context = {
        "cards": [card for card in cards if not card.sheet.left_out],
        "left_out": [card for card in cards if card.sheet.left_out],
        "ledgers": [(spec.code, labels.ledger(spec.code)) for spec in specs.values()],
        "units_of_measure": [(code, labels.unit_of_measure(code)) for code in resolved().units.units],
        "out": LEFT_OUT,
        "whole": found.result.whole if found.result and not all_sheets else (),
    }
    return answer(request, found, "sheets", context)


def _decide(request: Request, number: int) -> HttpResponse:
    found = opened(request, number)
    place = request.POST.get("place", "")
    sheet = found.result.sheet(place) if found.result else None
    if sheet is None or found.draft.state not in drafts.OPEN:
        return decided(request, found.draft, "sheets")
    wanted = LEFT_OUT if request.POST.get("out") else request.POST.get("ledger", "")
    known = {spec.code for spec in ledgers()}
    period = parse(request.POST.get("period", "").strip()) if request.POST.get("period", "").strip() else None
    unit = request.POST.get("unit", "")
    scope = request.POST.get("scope", "").strip()[:100]

    def edit(decision: Decision) -> Decision:
        if wanted == LEFT_OUT:
            return replace(decision, left_out=True)
        ledger = wanted if wanted in known else None
        again = ledger == (decision.ledger or sheet.ledger)
        return replace(
            decision,
            left_out=False,
            ledger=decision.ledger if again else ledger,
            # Columns were chosen for a ledger; they mean nothing in another.
            columns=decision.columns if again else {},
            period=None if period is None else _other(period.code, sheet.period, decision.period),
            unit=_other(unit, sheet.unit, decision.unit) if unit in resolved().units.units else None,
            scope=_other(scope, sheet.scope, decision.scope) if scope else None,
        )

    drafts.decide(number, place, edit)
    return decided(request, found.draft, "sheets")


def _other(said: T, own: T | None, before: T | None) -> T | None:
    """Return what was said where the sheet itself says something else; what was said before stays."""
    return said if said != own else before


__all__ = ["column_name", "earlier_loads", "ledgers", "said", "sheets"]
