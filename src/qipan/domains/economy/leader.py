"""The leader's page, card by card, as the board of the pack lays it out."""

from __future__ import annotations

from decimal import Decimal

from qipan.domains.economy.derived import Derived, derived, derived_figure
from qipan.domains.economy.figures import address, growth_figure, growth_kind
from qipan.domains.economy.lights import NO_LIGHT, light_of
from qipan.domains.economy.lines import basis_text, breaks, line_of, months
from qipan.domains.economy.numbers import PERCENT, POINTS, figure, period_text, stored_value, unit_text
from qipan.domains.economy.parks import park_rows
from qipan.domains.economy.shapes import Address, Card, Figure, LeaderPage, Light, Text
from qipan.domains.economy.standing import Desk, Standing, standing
from qipan.engine.feel import Scope, evaluate, parse
from qipan.packs import Board, Measure
from qipan.packs import Card as CardSpec
from qipan.registry.frames import ACTUAL, CUMULATIVE
from qipan.registry.models import Unit

NEEDED = Text("还需月均", "Needed a month")
NEEDED_GROWTH = Text("余月需增", "Rest of the year needs")
ROOM = Text("已有余量，可降至", "In hand, may fall to")
NO_LESS = Text("余月需不低于", "Rest of the year needs at least")


def card(
    desk: Desk, spec: CardSpec, unit: int, city: int | None, period: int, locks: frozenset[tuple[str, int]]
) -> Card | None:
    """Return one card; None for a measure no installed pack has."""
    at = standing(desk, unit, spec.measure, period)
    if at is None:
        return _indicator_card(desk, spec, unit, period, locks)
    measure, unit_words = at.measure, unit_text(desk.resolved.units, at.measure.unit)
    decimals = measure.decimals
    light, rule, reason = light_of(desk, spec, at, period)
    level, aimed = spec.target == "level", spec.target != "none"  # a card held against nothing shows no target
    target = at.level_target if level else at.growth_target
    line = line_of(desk, at, spec.show, period)
    return Card(
        code=spec.code,
        name=Text(spec.names.zh, spec.names.en),
        scope=Text(spec.scope.zh, spec.scope.en),
        period=period_text(at.period, at.basis),
        value=figure(at.value, decimals, unit_words, address(at)),
        growth=growth_figure(desk, at) if at.growth is not None else None,
        growth_kind=growth_kind(desk, measure, at.growth_kind, reported=at.growth_stored is not None),
        target=_target_figure(at, target, level, decimals, unit_words) if aimed and target is not None else None,
        progress=_percent(at, at.progress, "progress") if level else None,
        pace=_percent(at, at.pace, "pace") if level else None,
        seasonal_pace=_percent(at, at.seasonal, "seasonal_pace") if level else None,
        gap=_gap(at, level, decimals, unit_words) if aimed else None,
        needed=_needed(at, level, decimals, unit_words) if aimed else None,
        city_growth=_city_growth(desk, spec, at, city),
        city_rank=_city_place(desk, spec, at, "rank"),
        city_places=_city_place(desk, spec, at, "places"),
        light=light,
        rule=rule,
        reason=reason,
        locked=(measure.code, at.period) in locks,
        line=line.points,
        line_basis=line.basis,
        line_unit=line.unit,
        line_address=line.address,
        breaks=breaks(desk, at, period),
        show=spec.show,
        needed_name=_needed_name(at, level),
        rate=_rate(desk, spec, at),
        beside=_beside(desk, spec, unit, at.period),
    )  # fmt: skip


def _indicator_card(
    desk: Desk, spec: CardSpec, unit: int, period: int, locks: frozenset[tuple[str, int]]
) -> Card | None:
    """Return the card of a derived indicator: no target of its own, so no light; locked where all its inputs are."""
    found = derived(desk, unit, spec.measure, period)
    if found is None:
        return None
    known = [derived(desk, unit, spec.measure, month) for month in months(period)]
    line = tuple(
        (month, float(one.value) if one is not None and one.value is not None and one.period == month else None)
        for month, one in zip(months(period), known, strict=True)
    )
    value = derived_figure(desk, unit, found)
    return Card(
        code=spec.code, name=Text(spec.names.zh, spec.names.en), scope=Text(spec.scope.zh, spec.scope.en),
        period=period_text(found.period, CUMULATIVE), value=value, growth=None,
        growth_kind=None, target=None, progress=None, pace=None, seasonal_pace=None, gap=None, needed=None,
        city_growth=None, city_rank=None, city_places=None,
        light=Light.NONE, rule="", reason=NO_LIGHT, locked=_all_locked(found, locks), line=line,
        line_basis=basis_text(CUMULATIVE), line_unit=value.unit, line_address=value.address,
        beside=_beside(desk, spec, unit, found.period),
    )  # fmt: skip


def _all_locked(found: Derived, locks: frozenset[tuple[str, int]]) -> bool:
    """Tell whether every figure of its own period that an indicator was worked out from is locked."""
    own = [reference.code for reference, _ in found.inputs if reference.at == "period"]
    return found.value is not None and bool(own) and all((code, found.period) in locks for code in own)


def _beside(desk: Desk, spec: CardSpec, unit: int, period: int) -> tuple[tuple[Text, Figure], ...]:
    """Return what is read with a card: indicators and measures of the same unit."""
    shown: list[tuple[Text, Figure]] = []
    for code in spec.beside:
        found = derived(desk, unit, code, period)
        if found is not None:
            if found.value is not None:
                names = found.indicator.names
                shown.append((Text(names.zh, names.en), derived_figure(desk, unit, found)))
            continue
        at = standing(desk, unit, code, period)
        if at is not None and at.value is not None:
            words = unit_text(desk.resolved.units, at.measure.unit)
            number = figure(at.value, at.measure.decimals, words, address(at))
            shown.append((Text(at.measure.names.zh, at.measure.names.en), number))
    return tuple(shown)


def _target_figure(at: Standing, target: Decimal, level: bool, decimals: int, unit: Text) -> Figure:
    code = at.measure.code if level else f"{at.measure.code}.yoy"
    where = Address(at.unit, code, at.period // 100 * 100 + 19, 1, CUMULATIVE, 0, "value")
    return figure(target, decimals if level else 1, unit if level else PERCENT, where)


def _percent(at: Standing, value: Decimal | None, what: str) -> Figure | None:
    return figure(value, 1, PERCENT, address(at, what)) if value is not None else None


def _gap(at: Standing, level: bool, decimals: int, unit: Text) -> Figure | None:
    if level:
        if at.value is None or at.level_target is None:
            return None
        return figure(at.value - at.level_target, decimals, unit, address(at, "gap"), signed=True)
    return (
        figure(at.growth_gap, 1, POINTS, address(at, "growth_gap"), signed=True) if at.growth_gap is not None else None
    )


def _needed(at: Standing, level: bool, decimals: int, unit: Text) -> Figure | None:
    if level:
        return figure(at.needed, decimals, unit, address(at, "needed")) if at.needed is not None else None
    if at.needed_growth is None:
        return None
    return figure(at.needed_growth, 1, PERCENT, address(at, "needed_growth"), signed=True)


def _rate(desk: Desk, spec: CardSpec, at: Standing) -> Figure | None:
    """Return the rate a card leads with: the first indicator beside it, else the progress to the target."""
    if spec.show != "rate":
        return None
    found = derived(desk, at.unit, spec.beside[0], at.period) if spec.beside else None
    if found is not None and found.value is not None and found.period == at.period:
        return derived_figure(desk, at.unit, found)
    return _percent(at, at.progress, "progress")


def _needed_name(at: Standing, level: bool) -> Text:
    """Return what the rest of the year's need is called: growth below zero is no order to shrink."""
    if level:
        return NEEDED
    if at.needed_growth is None or at.needed_growth >= 0:
        return NEEDED_GROWTH
    return ROOM if at.growth_gap is not None and at.growth_gap >= 0 else NO_LESS


def _city_growth(desk: Desk, spec: CardSpec, at: Standing, city: int | None) -> Figure | None:
    code = f"{at.measure.code}.yoy"
    stored = desk.facts.get(city, code, at.period, ACTUAL, at.basis) if city is not None and spec.city else None
    if stored is None:
        return None
    value = stored_value(desk.resolved, code, stored.value)
    return figure(value, 1, PERCENT, address(at, code=code, unit=city), signed=True)


def _city_place(desk: Desk, spec: CardSpec, at: Standing, which: str) -> Figure | None:
    """Return the unit's place in the city ("rank"), or of how many places it is one ("places")."""
    code = f"{at.measure.code}.{which}"
    stored = desk.facts.get(at.unit, code, at.period, ACTUAL, at.basis) if spec.city else None
    if stored is None:
        return None
    return figure(stored_value(desk.resolved, code, stored.value), 0, Text("位", "place"), address(at, code=code))


def sentence(board: Board, cards: tuple[Card, ...], period: Text, locked: int) -> Text:
    """Return the headline: how many are on pace, how many amber, red, without a light, locked, preliminary."""
    counts = {light: sum(card.light is light for card in cards) for light in Light}
    values = {
        "total": len(cards), "green": counts[Light.GREEN], "amber": counts[Light.AMBER], "red": counts[Light.RED],
        "none": counts[Light.NONE] + counts[Light.DUE], "locked": locked,
        "draft": sum(card.value.known and not card.locked for card in cards),
    }  # fmt: skip
    shown = [part for part in board.sentence if part.when is None or _holds(part.when, values)]
    zh = "".join(part.zh.format(**values, period=period.zh) for part in shown)
    en = "".join(part.en.format(**values, period=period.en) for part in shown)
    return Text(zh, en)


def _holds(condition: str, values: dict[str, int]) -> bool:
    parsed = parse(condition, {name: name for name in values})
    return parsed.expression is not None and evaluate(parsed.expression, Scope.of(dict(values))).value is True


def page(
    desk: Desk, board: Board, unit: Unit, city: int | None, parks: list[Unit], period: int, periods: list[int]
) -> LeaderPage:
    """Return the whole page of a unit at a period."""
    locks = desk.facts.locked(unit.pk)
    cards = tuple(
        found for spec in board.cards if (found := card(desk, spec, unit.pk, city, period, locks)) is not None
    )
    locked = sum(one.locked for one in cards)
    words = period_text(period, CUMULATIVE)
    columns = tuple(
        Text(measure.names.zh, measure.names.en) for code in board.parks if (measure := _known(desk, code)) is not None
    )
    return LeaderPage(
        unit.pk, Text(unit.name, unit.name_en or unit.name), period, words,
        tuple((code, period_text(code, CUMULATIVE)) for code in periods),
        sentence(board, cards, words, locked), cards, columns, park_rows(desk, board, unit.pk, parks, period),
        locked, sum(one.light is Light.DUE for one in cards),
    )  # fmt: skip


def _known(desk: Desk, code: str) -> Measure | None:
    return desk.resolved.measures.get(code)
