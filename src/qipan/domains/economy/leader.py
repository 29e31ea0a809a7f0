"""The leader's page, card by card, as the board of the pack lays it out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from qipan.domains.economy.derived import Derived, derived, derived_figure
from qipan.domains.economy.numbers import GROWTH_KINDS, PERCENT, POINTS, figure, period_text, stored_value, unit_text
from qipan.domains.economy.shapes import Address, Card, Figure, LeaderPage, Light, ParkRow, Text
from qipan.domains.economy.standing import Desk, Standing, basis_of, standing
from qipan.engine.feel import Scope, evaluate, parse
from qipan.engine.periods import Period
from qipan.packs import Board, Measure
from qipan.packs import Card as CardSpec
from qipan.platform.models import BatchSheet
from qipan.registry.frames import ACTUAL, BASES, CUMULATIVE
from qipan.registry.models import Fact, Return, Unit

NOT_DUE = Text("尚未到发布时间", "not due yet")
LATE = Text("已到发布时间，尚未报送", "due, not yet reported")
NOT_OURS = Text("本单位不报此项", "not reported by this unit")
NO_LIGHT = Text("不亮灯", "no light")


def address(at: Standing, what: str = "value", *, code: str | None = None, unit: int | None = None) -> Address:
    """Return the address of one of the numbers of a standing."""
    return Address(unit or at.unit, code or at.measure.code, at.period, ACTUAL, at.basis, 0, what)


def published_on(measure: Measure, period: int) -> date:
    """Return the day a figure of `period` is due: so many months after its month, on the measure's day."""
    last = Period(period).last
    month = last // 100 * 12 + last % 100 + measure.publication.lag
    year, number = divmod(month, 12)  # the month after: publication follows the month it is about
    return date(year, number + 1, min(measure.publication.day, monthrange(year, number + 1)[1]))


def due_period(measure: Measure, period: int, today: date) -> int | None:
    """Return the newest period of the measure that must be there on the page of `period`; None: none is due yet."""
    year, month = divmod(period, 100)
    step = {"month": 1, "quarter": 3, "year": 12}[measure.frequency]
    for back in range(month, 0, -1):
        candidate = year * 100 + back
        if back % step or (measure.january == "with_february" and back == 1):
            continue
        if published_on(measure, candidate) <= today:
            return candidate
    return None


def next_due(measure: Measure, period: int) -> date | None:
    """Return the day the figure after `period` is due; None for a period that is no month."""
    if not 1 <= period % 100 <= 12 or period >= 10**6:
        return None
    step = {"month": 1, "quarter": 3, "year": 12}[measure.frequency]
    following = Period(period).shift(step - period % 100 % step).code
    if following % 100 == 1 and measure.january == "with_february":
        following += 1
    return published_on(measure, following)


def card(
    desk: Desk, spec: CardSpec, unit: int, city: int | None, period: int, locks: set[tuple[str, int]]
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
    return Card(
        code=spec.code,
        name=Text(spec.names.zh, spec.names.en),
        scope=Text(spec.scope.zh, spec.scope.en),
        period=period_text(at.period, at.basis),
        value=figure(at.value, decimals, unit_words, address(at)),
        growth=growth_figure(desk, at) if at.growth is not None else None,
        growth_kind=GROWTH_KINDS.get(at.growth_kind or ""),
        target=_target_figure(at, target, level, decimals, unit_words) if aimed and target is not None else None,
        progress=_percent(at, at.progress, "progress") if level else None,
        pace=_percent(at, at.pace, "pace") if level else None,
        seasonal_pace=_percent(at, at.seasonal, "seasonal_pace") if level else None,
        gap=_gap(at, level, decimals, unit_words) if aimed else None,
        needed=_needed(at, level, decimals, unit_words) if aimed else None,
        city_growth=_city_growth(desk, spec, at, city),
        city_rank=_city_rank(desk, spec, at),
        light=light,
        rule=rule,
        reason=reason,
        locked=(measure.code, at.period) in locks,
        line=_line(desk, at, spec.show, period),
        line_basis=Text("累计增速", "growth to date") if spec.show == "growth" else _basis_text(at.basis),
        breaks=_breaks(desk, at, period),
        show=spec.show,
        beside=_beside(desk, spec, unit, at.period),
    )  # fmt: skip


def _indicator_card(desk: Desk, spec: CardSpec, unit: int, period: int, locks: set[tuple[str, int]]) -> Card | None:
    """Return the card of a derived indicator: no target of its own, so no light; locked where all its inputs are."""
    found = derived(desk, unit, spec.measure, period)
    if found is None:
        return None
    months = [derived(desk, unit, spec.measure, month) for month in _months(period, 24)]
    line = tuple(
        (month, float(one.value) if one is not None and one.value is not None and one.period == month else None)
        for month, one in zip(_months(period, 24), months, strict=True)
    )
    return Card(
        code=spec.code, name=Text(spec.names.zh, spec.names.en), scope=Text(spec.scope.zh, spec.scope.en),
        period=period_text(found.period, CUMULATIVE), value=derived_figure(desk, unit, found), growth=None,
        growth_kind=None, target=None, progress=None, pace=None, seasonal_pace=None, gap=None, needed=None,
        city_growth=None, city_rank=None,
        light=Light.NONE, rule="", reason=NO_LIGHT, locked=_all_locked(found, locks), line=line,
        line_basis=_basis_text(CUMULATIVE), beside=_beside(desk, spec, unit, found.period),
    )  # fmt: skip


def _all_locked(found: Derived, locks: set[tuple[str, int]]) -> bool:
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


def growth_figure(desk: Desk, at: Standing) -> Figure:
    """Return growth as a figure: in percent, of a share in 百分点."""
    code = f"{at.measure.code}.yoy"
    sibling = desk.resolved.measures.get(code)
    unit = PERCENT if sibling is None else unit_text(desk.resolved.units, sibling.unit)
    return figure(at.growth, 1, unit, address(at, "growth", code=code), signed=True)


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


def _city_growth(desk: Desk, spec: CardSpec, at: Standing, city: int | None) -> Figure | None:
    code = f"{at.measure.code}.yoy"
    stored = desk.facts.get(city, code, at.period, ACTUAL, at.basis) if city is not None and spec.city else None
    if stored is None:
        return None
    value = stored_value(desk.resolved, code, stored.value)
    return figure(value, 1, PERCENT, address(at, code=code, unit=city), signed=True)


def _city_rank(desk: Desk, spec: CardSpec, at: Standing) -> Figure | None:
    code = f"{at.measure.code}.rank"
    stored = desk.facts.get(at.unit, code, at.period, ACTUAL, at.basis) if spec.city else None
    if stored is None:
        return None
    return figure(stored_value(desk.resolved, code, stored.value), 0, Text("位", "place"), address(at, code=code))


def light_of(desk: Desk, spec: CardSpec, at: Standing, period: int) -> tuple[Light, str, Text]:
    """Return the status by the pack's rule, and the words of the line that set it."""
    due = due_period(at.measure, period, desk.today)
    if at.value is None and at.growth is None:
        if due is None:
            return Light.DUE, "", NOT_DUE
        ever = desk.facts.line(at.unit, at.measure.code, ACTUAL, at.basis)
        return Light.NONE, spec.light or "", LATE if ever else NOT_OURS
    if spec.light is None:
        return Light.NONE, "", NO_LIGHT
    values = {
        "有目标": (at.level_target if spec.target == "level" else at.growth_target) is not None,
        "已到一二月": at.month >= 2,
        "完成进度": at.progress, "序时进度": at.pace, "季节序时": at.seasonal,
        "增速": at.growth, "目标增速": at.growth_target,
    }  # fmt: skip
    decision = desk.rule(spec.light, at.period, values)
    if decision is None or not isinstance(decision.value, str):
        return Light.NONE, spec.light, NO_LIGHT
    words = Text(decision.words.zh, decision.words.en)
    light = Light(decision.value)
    if light is Light.RED and decision.row is None:
        words = _behind(at, spec)
    return light, spec.light, words


def _behind(at: Standing, spec: CardSpec) -> Text:
    """Say by how much a red measure is behind."""
    if spec.target == "growth" and at.growth_gap is not None:
        gap = figure(abs(at.growth_gap), 1, POINTS, address(at)).text
        return Text(f"低于目标{gap}个百分点", f"{gap} points below the target")
    pace = at.seasonal if at.seasonal is not None else at.pace
    if at.progress is not None and pace is not None:
        gap = figure(pace - at.progress, 1, POINTS, address(at)).text
        return Text(f"落后序时{gap}个百分点", f"{gap} points behind its pace")
    return Text("明显落后", "clearly behind")


def _basis_text(basis: int) -> Text:
    return {CUMULATIVE: Text("累计", "to date"), BASES["single"]: Text("当月", "monthly")}.get(
        basis, Text("期末", "at the end")
    )


@lru_cache(maxsize=256)
def _months(period: int, count: int) -> tuple[int, ...]:
    return tuple(Period(period).shift(-back).code for back in range(count - 1, -1, -1))


def _line(desk: Desk, at: Standing, show: str, period: int) -> tuple[tuple[int, float | None], ...]:
    code = f"{at.measure.code}.yoy" if show == "growth" else at.measure.code
    line = desk.facts.line(at.unit, code, ACTUAL, at.basis)
    points: list[tuple[int, float | None]] = []
    for month in _months(period, 24):
        stored = line.get(month)
        value = stored_value(desk.resolved, code, stored.value if stored else None)
        points.append((month, None if value is None else float(value)))
    return tuple(points)


def _breaks(desk: Desk, at: Standing, period: int) -> tuple[int, ...]:
    """Return the periods of the line at which the 口径 differs from the period before."""
    line = sorted(desk.facts.line(at.unit, at.measure.code, ACTUAL, at.basis).items())
    changed = {now for (_, before), (now, after) in pairwise(line) if before.scope != after.scope}
    return tuple(month for month in _months(period, 24) if month in changed)


def park_rows(desk: Desk, board: Board, zone: int, parks: list[Unit], period: int) -> tuple[ParkRow, ...]:
    """Return the parks side by side, and the rest of the zone that no park holds."""
    rows = [
        ParkRow(park.pk, Text(park.name, park.name_en or park.name), _cells(desk, board, park.pk, period))
        for park in parks
    ]
    rest = tuple(_rest(desk, zone, [park.pk for park in parks], code, period) for code in board.parks)
    if rows and any(cell[0].known and cell[0].text.strip("0.") for cell in rest):
        rows.append(ParkRow(zone, Text("未分园区", "in no park"), rest, residual=True))
    return tuple(rows)


def _cells(desk: Desk, board: Board, unit: int, period: int) -> tuple[tuple[Figure, Figure | None], ...]:
    cells: list[tuple[Figure, Figure | None]] = []
    for code in board.parks:
        at = standing(desk, unit, code, period)
        if at is None:
            cells.append((figure(None, 0, Text("", ""), Address(unit, code, period)), None))
            continue
        words = unit_text(desk.resolved.units, at.measure.unit)
        value = figure(at.value, at.measure.decimals, words, address(at))
        cells.append((value, growth_figure(desk, at) if at.growth is not None else None))
    return tuple(cells)


def _rest(desk: Desk, zone: int, parks: list[int], code: str, period: int) -> tuple[Figure, Figure | None]:
    """Return the figure of zone − Σ parks; unknown where not all of it is."""
    at = standing(desk, zone, code, period)
    rest = residual(desk, at, parks) if at is not None else None
    if at is None or rest is None:
        return figure(None, 0, Text("", ""), Address(zone, code, period, what="residual")), None
    words = unit_text(desk.resolved.units, at.measure.unit)
    return figure(rest, at.measure.decimals, words, address(at, "residual")), None


def residual(desk: Desk, at: Standing, parks: list[int]) -> Decimal | None:
    """Return zone − Σ parks; None where the measure does not add up, or a park that reports it has not reported yet."""
    code = at.measure.code
    if at.measure.aggregation != "sum" or at.stored is None or at.stored.value is None:
        return None
    lines = [line for park in parks if (line := desk.facts.line(park, code, ACTUAL, at.basis))]
    parts = [stored.value for line in lines if (stored := line.get(at.period)) and stored.value is not None]
    if not parts or len(parts) < len(lines):
        return None
    return stored_value(desk.resolved, code, at.stored.value - sum(parts))


def locked_figures(unit: int) -> set[tuple[str, int]]:
    """Return (measure, period) of the unit's figures that stand in a locked return."""
    status = Return.objects.filter(status__in=("locked", "published"))
    locks = set(status.filter(unit=unit).values_list("ledger", "period"))
    if not locks:
        return set()
    return _locked_by_batch(unit, locks)


def _locked_by_batch(unit: int, locks: set[tuple[str, int]]) -> set[tuple[str, int]]:
    sheets = BatchSheet.objects.values_list("batch_id", "number", "ledger")
    ledgers = {(batch, number): ledger for batch, number, ledger in sheets}
    periods = {period for _, period in locks}
    rows = Fact.objects.filter(subject=unit, superseded_by__isnull=True, period__in=periods, reading=ACTUAL)
    return {
        (code, period)
        for code, period, batch, sheet in rows.values_list("measure__code", "period", "batch", "sheet")
        if (ledgers.get((batch, sheet), ""), period) in locks
    }


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
    locks = locked_figures(unit.pk)
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


__all__ = ["basis_of", "card", "due_period", "page", "published_on", "sentence"]
