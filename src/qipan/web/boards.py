"""The leader's page, and the drawer that says why a number is what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from qipan.domains.economy import queries
from qipan.domains.economy.shapes import Card, Figure, LeaderPage, Light, Text
from qipan.engine.periods import Period
from qipan.platform.models import Batch
from qipan.platform.rights import may, person
from qipan.registry.frames import CLOSED
from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import open_on, reach
from qipan.web import addresses, drawing
from qipan.web.language import short
from qipan.web.pages import Request, is_fragment, page
from qipan.web.templatetags.qipan import say

REDS = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A card with the pictures that go with it."""

    card: Card
    line: drawing.Line | None
    bar: drawing.Bar | None
    series: dict[str, object]  # what the large chart draws; leaves as JSON

    other_period: bool  # its period is not the page's: said with emphasis

    @property
    def series_id(self) -> str:
        """The id of the JSON block that carries `series`."""
        return f"line-{self.card.code}"

    @property
    def city(self) -> bool:
        """Whether anything is known of the city."""
        return any(figure is not None and figure.known for figure in (self.card.city_growth, self.card.city_rank))

    def _own_unit(self, figure: Figure | None) -> bool:
        return figure is not None and (figure.unit.zh == "%" or figure.unit != self.card.lead.unit)

    @property
    def needed_unit(self) -> bool:
        """Whether the unit of what the rest of the year needs must be said: it is not the leading number's."""
        return self._own_unit(self.card.needed)

    @property
    def target_unit(self) -> bool:
        """Whether the target's unit must be said: it is not the leading number's."""
        return self._own_unit(self.card.target)

    @property
    def gap_unit(self) -> bool:
        """Whether the gap's unit must be said: it is not the leading number's."""
        return self._own_unit(self.card.gap)


def _value(figure: Figure | None) -> float | None:
    return drawing.number(figure.text) if figure is not None and figure.known else None


def tile(card: Card, period: Text) -> Tile:
    """Return the card with its line of months and its progress bar, on a page of `period`."""
    progress = drawing.bar(_value(card.progress), _value(card.pace), _value(card.seasonal_pace))
    return Tile(card, drawing.line(card.line, card.breaks), progress, _series(card), card.period != period)


def _series(card: Card) -> dict[str, object]:
    """Return what the large chart draws. `why` is an address with {period} where the month's code goes."""
    stamp = replace(card.line_address or card.value.address, reading=0, period=0)
    known = [value is not None for _code, value in card.line]
    return {
        "name": say(card.name),
        "note": f"{say(card.line_basis)} · {say(card.scope)}",
        "periods": [code for code, _value in card.line],
        "values": [value for _code, value in card.line],
        "breaks": list(card.breaks),
        "unit": say(card.line_unit),
        "why": addresses.why(stamp).replace("-0-", "-{period}-", 1),
        "sparse": not any(one and other for one, other in pairwise(known)),
    }


def _chart_words(board: LeaderPage) -> dict[str, object]:
    """Return what all charts of a page share: the names of months, and what a break is called."""
    codes = {code for card in board.cards for code, _value in card.line}
    return {
        "months": {code: Period(code).text(short()) for code in sorted(codes)},
        "axis": {code: _month(code) for code in sorted(codes)},
        "break": _("口径调整"),
    }


def _month(code: int) -> str:
    """Return a month short enough to stand under an axis: 2025-02."""
    return f"{code // 100}-{code % 100:02}" if 1 <= code % 100 <= 12 else Period(code).text(short())


@dataclass(frozen=True, slots=True)
class ParkColumn:
    """A column of the parks' table."""

    name: str
    unit: str
    growth: bool  # whether anybody has one


def _columns(found: LeaderPage) -> list[ParkColumn]:
    units: list[str] = ["" for _column in found.park_columns]
    for row in found.parks:
        units = [unit or say(cell[0].unit) for unit, cell in zip(units, row.cells, strict=False)]
    grown = [False for _column in found.park_columns]
    for row in found.parks:
        grown = [one or (cell[1] is not None and cell[1].known) for one, cell in zip(grown, row.cells, strict=False)]
    return [
        ParkColumn(say(*said), unit, one) for *said, unit, one in zip(found.park_columns, units, grown, strict=True)
    ]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _nothing_here(request: Request) -> HttpResponse:
    """Say what to do where there is no board to show."""
    context = {"may_load": may(person(request.user), "batch.load"), "granted": reach(request.user).units}
    return render(request, "web/leader_empty.html", context)


@page
def leader(request: Request) -> HttpResponseBase:
    """The page a leader opens in the morning."""
    found = reach(request.user)
    if not found.any("board.see"):
        own = sorted(found.own("firms.see"))
        if own and not found.in_units("firms.see"):
            return redirect("web:firm", own[0]) if len(own) == 1 else redirect("web:firms")
        if found.in_units("batch.load"):  # a clerk comes to hand in
            return redirect("web:load")
        return redirect("web:units") if found.any("units.see") else _nothing_here(request)
    period, unit = _whole(request.GET.get("period")), _whole(request.GET.get("unit"))
    board = queries.leader_page(request.user, period=period, unit=unit)
    if board is None:
        if period is not None or unit is not None:
            raise Http404
        return _nothing_here(request)
    units = visible_to(Unit, request.user).filter(
        open_on(timezone.localdate()), kind__in=[Unit.Kind.ZONE, Unit.Kind.PARK]
    )
    context = {
        "board": board,
        "tiles": [tile(card, board.period_name) for card in board.cards],
        "chart_words": _chart_words(board),
        "reds": [card for card in board.cards if card.light is Light.RED][:REDS],
        "ambers": [card for card in board.cards if card.light is Light.AMBER][:REDS],
        "columns": _columns(board),
        "parks": [row for row in board.parks if not row.residual],
        "closed": any(cell[0].text == CLOSED for row in board.parks for cell in row.cells),
        "rest": [row for row in board.parks if row.residual],
        "units": list(units) if len(found.at("board.see")) > 1 else [],
        "provisional": sum(1 for card in board.cards if card.value.known and not card.locked),
        "counts": _counts(board),
    }
    return render(request, "web/leader.html", context)


def _counts(board: LeaderPage) -> list[tuple[Light, int]]:
    order = (Light.RED, Light.AMBER, Light.GREEN, Light.NONE, Light.DUE)
    counted = [(light, sum(card.light is light for card in board.cards)) for light in order]
    return [(light, count) for light, count in counted if count]


@page
def why(request: Request, token: str) -> HttpResponseBase:
    """Everything behind one figure: as the drawer's content, or as a page of its own."""
    address = addresses.parse(token)
    answer = queries.why(request.user, address) if address is not None else None
    if answer is None:
        raise Http404(_("没有找到"))
    template = "web/parts/why.html" if is_fragment(request) else "web/why.html"
    batch = answer.origin.batch if answer.origin is not None else None
    opens = batch is not None and visible_to(Batch, request.user).filter(pk=batch).exists()
    return render(request, template, {"why": answer, "token": token, "batch_opens": opens})
