"""Why this number: its formula in words, its inputs, the cell it came from, and what it said before."""

from __future__ import annotations

from decimal import Decimal

from qipan.domains.economy.derived import derived, derived_figure, inputs_of
from qipan.domains.economy.leader import published_on
from qipan.domains.economy.numbers import GROWTH_KINDS, PERCENT, POINTS, figure, period_text, stored_value, unit_text
from qipan.domains.economy.origin import earlier_values, origin_of, status_of
from qipan.domains.economy.shapes import Address, Figure, Input, Text, Why
from qipan.domains.economy.standing import SEASONS, Desk, Standing, computed_growth, last_share, standing
from qipan.packs import Measure
from qipan.registry.frames import ACTUAL, CUMULATIVE
from qipan.registry.models import Fact, Unit

NOTHING = Text("", "")
# Number derived by a rule of the pack → the rule, and the inputs it names.
RULES = {
    "progress": ("progress", ("value", "target")),
    "pace": ("linear_pace", ()),
    "needed": ("needed_per_month", ("value", "target")),
    "growth_gap": ("growth_gap", ("growth", "growth_target")),
    "needed_growth": ("needed_growth", ("growth", "growth_target", "share")),
}


def why_stored(desk: Desk, fact: Fact, subject: Text, address: Address) -> Why:
    """Return what stands behind a figure that was reported."""
    measure = desk.resolved.measures[fact.measure.code]
    value = stored_value(desk.resolved, measure.code, fact.value)
    shown = figure(value, measure.decimals, unit_text(desk.resolved.units, measure.unit), address)
    return Why(
        name=Text(measure.names.zh, measure.names.en),
        subject=subject,
        period=period_text(fact.period, fact.basis),
        figure=shown,
        printed=fact.text,
        definition=Text(measure.definition.zh, measure.definition.en),
        scope=Text(fact.scope.text, fact.scope.text) if fact.scope_id else Text(measure.scope.zh, measure.scope.en),
        formula=None,
        inputs=(),
        rule=None,
        rule_source=None,
        origin=origin_of(fact),
        earlier=earlier_values(fact, measure, desk.resolved),
        status=status_of(fact),
        publisher=Text(measure.publisher.zh, measure.publisher.en),
        source=_source(measure),
        next_due=published_on(measure, fact.period + 1) if fact.period % 100 < 12 else None,
    )


def _source(measure: Measure) -> Text:
    words = " ".join(part for part in (measure.source.doc, measure.source.clause) if part)
    marks = {
        "confirmed": NOTHING,
        "practice": Text("（惯例）", " (practice)"),
        "memory": Text("（未核实）", " (unconfirmed)"),
    }
    mark = marks[measure.source.status]
    return Text(words + mark.zh, words + mark.en)


def why_derived(desk: Desk, address: Address, subject: Unit) -> Why | None:
    """Return what stands behind a figure that was worked out from others; None where there is no such figure."""
    if address.what == "indicator":
        return _indicator(desk, address, subject)
    base = address.measure.removesuffix(".yoy")
    at = standing(desk, address.subject, base, address.period)
    if at is None:
        return None
    name = Text(subject.name, subject.name_en or subject.name)
    if address.what in RULES:
        return _by_rule(desk, at, address, name)
    makers = {"growth": _growth, "gap": _gap, "seasonal_pace": _seasonal, "residual": _residual}
    maker = makers.get(address.what)
    return None if maker is None else maker(desk, at, address, name)


def _indicator(desk: Desk, address: Address, subject: Unit) -> Why | None:
    found = derived(desk, address.subject, address.measure, address.period)
    if found is None:
        return None
    indicator = found.indicator
    source = f"{indicator.source.doc} {indicator.source.clause}".strip()
    return Why(
        name=Text(indicator.names.zh, indicator.names.en), subject=Text(subject.name, subject.name_en or subject.name),
        period=period_text(found.period, CUMULATIVE), figure=derived_figure(desk, address.subject, found), printed="",
        definition=Text(indicator.words.zh, indicator.words.en), scope=NOTHING,
        formula=Text(indicator.words.zh, indicator.words.en), inputs=inputs_of(desk, address.subject, found), rule=None,
        rule_source=None, origin=None, earlier=(), status=NOTHING, publisher=NOTHING, source=Text(source, source),
    )  # fmt: skip


def _why(
    desk: Desk, at: Standing, subject: Text, shown: Figure, formula: Text, inputs: tuple[Input, ...],
    rule: Text | None = None, rule_source: Text | None = None,
) -> Why:  # fmt: skip
    del desk
    measure = at.measure
    return Why(
        name=Text(measure.names.zh, measure.names.en), subject=subject, period=period_text(at.period, at.basis),
        figure=shown, printed="", definition=Text(measure.definition.zh, measure.definition.en),
        scope=Text(measure.scope.zh, measure.scope.en), formula=formula, inputs=inputs, rule=rule,
        rule_source=rule_source, origin=None, earlier=(), status=NOTHING,
        publisher=Text(measure.publisher.zh, measure.publisher.en), source=_source(measure),
    )  # fmt: skip


def _input(desk: Desk, at: Standing, kind: str) -> Input:
    """Return one input of a rule as a figure that opens in its turn."""
    measure, unit = at.measure, unit_text(desk.resolved.units, at.measure.unit)
    year = at.period // 100 * 100 + 19
    growth = f"{measure.code}.yoy"
    own = period_text(at.period, at.basis)
    match kind:
        case "value":
            shown = figure(at.value, measure.decimals, unit, _at(at))
            return Input(Text(measure.names.zh, measure.names.en), shown, own)
        case "target":
            shown = figure(at.level_target, measure.decimals, unit, Address(at.unit, measure.code, year, 1))
            return Input(Text("全年目标", "target of the year"), shown, period_text(year, CUMULATIVE))
        case "growth":
            shown = figure(at.growth, 1, PERCENT, _at(at, growth, "growth"), signed=True)
            return Input(Text("增速", "growth"), shown, own)
        case "growth_target":
            shown = figure(at.growth_target, 1, PERCENT, Address(at.unit, growth, year, 1))
            return Input(Text("目标增速", "target growth"), shown, period_text(year, CUMULATIVE))
        case _:
            share = last_share(desk, at.unit, measure.code, at.period % 100, at.period // 100 - 1)
            before = Address(at.unit, measure.code, at.period - 100, ACTUAL, at.basis)
            return Input(Text("上年占比", "last year's share"), figure(share, 1, PERCENT, before), own)


def _at(at: Standing, code: str | None = None, what: str = "value") -> Address:
    return Address(at.unit, code or at.measure.code, at.period, ACTUAL, at.basis, 0, what)


def _by_rule(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    code, kinds = RULES[address.what]
    rule = desk.resolved.rules.get(code)
    if rule is None:
        return None
    values: dict[str, tuple[Decimal | None, int, Text]] = {
        "progress": (at.progress, 1, PERCENT),
        "pace": (at.pace, 1, PERCENT),
        "needed": (at.needed, at.measure.decimals, unit_text(desk.resolved.units, at.measure.unit)),
        "growth_gap": (at.growth_gap, 1, POINTS),
        "needed_growth": (at.needed_growth, 1, PERCENT),
    }
    value, decimals, unit = values[address.what]
    shown = figure(value, decimals, unit, address, signed=address.what in ("growth_gap", "needed_growth"))
    inputs = tuple(_input(desk, at, kind) for kind in kinds)
    name = Text(rule.names.zh, rule.names.en)
    source = Text(f"{rule.source.doc} {rule.source.clause}".strip(), f"{rule.source.doc} {rule.source.clause}".strip())
    return _why(desk, at, subject, shown, Text(rule.words.zh, rule.words.en), inputs, name, source)


def _growth(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    """Explain growth that was computed from levels; reported growth is a fact and explains itself."""
    value = computed_growth(desk, at.unit, at.measure, at.period, at.basis)
    if value is None:
        return None
    unit = unit_text(desk.resolved.units, at.measure.unit)
    before = desk.facts.get(at.unit, at.measure.code, at.period - 100, ACTUAL, at.basis)
    then = stored_value(desk.resolved, at.measure.code, before.value if before else None)
    name = Text(at.measure.names.zh, at.measure.names.en)
    inputs = (
        Input(name, figure(at.value, at.measure.decimals, unit, _at(at)), period_text(at.period, at.basis)),
        Input(
            name,
            figure(then, at.measure.decimals, unit, Address(at.unit, at.measure.code, at.period - 100, 0, at.basis)),
            period_text(at.period - 100, at.basis),
        ),
    )
    formula = Text("本期 ÷ 上年同期 − 1", "this period ÷ the same period a year before − 1")
    return _why(
        desk,
        at,
        subject,
        figure(value, 1, PERCENT, address, signed=True),
        formula,
        inputs,
        GROWTH_KINDS["computed"],
    )


def _gap(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    if at.value is None or at.level_target is None:
        return None
    unit = unit_text(desk.resolved.units, at.measure.unit)
    shown = figure(at.value - at.level_target, at.measure.decimals, unit, address, signed=True)
    inputs = (_input(desk, at, "value"), _input(desk, at, "target"))
    return _why(desk, at, subject, shown, Text("累计 − 全年目标", "year to date − target of the year"), inputs)


def _seasonal(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    year, month = divmod(at.period, 100)
    inputs: list[Input] = []
    unit = unit_text(desk.resolved.units, at.measure.unit)
    for back in range(1, SEASONS + 1):
        for period in ((year - back) * 100 + month, (year - back) * 100 + 12):
            stored = desk.facts.get(at.unit, at.measure.code, period, ACTUAL, CUMULATIVE)
            value = stored_value(desk.resolved, at.measure.code, stored.value if stored else None)
            shown = figure(value, at.measure.decimals, unit, Address(at.unit, at.measure.code, period))
            name = Text(at.measure.names.zh, at.measure.names.en)
            inputs.append(Input(name, shown, period_text(period, CUMULATIVE)))
    formula = Text(
        "近三年同月累计占当年全年比重的平均", "mean share of the year reached by this month in the last three years"
    )
    return _why(desk, at, subject, figure(at.seasonal, 1, PERCENT, address), formula, tuple(inputs))


def _residual(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    if at.stored is None or at.stored.value is None:
        return None
    unit = unit_text(desk.resolved.units, at.measure.unit)
    inputs = [_input(desk, at, "value")]
    rest = at.stored.value
    for park in Unit.objects.filter(kind=Unit.Kind.PARK).order_by("sort", "code"):
        stored = desk.facts.get(park.pk, at.measure.code, at.period, ACTUAL, at.basis)
        if stored is None or stored.value is None:
            continue
        rest -= stored.value
        value = stored_value(desk.resolved, at.measure.code, stored.value)
        where = Address(park.pk, at.measure.code, at.period, ACTUAL, at.basis)
        shown = figure(value, at.measure.decimals, unit, where)
        inputs.append(Input(Text(park.name, park.name_en or park.name), shown, period_text(at.period, at.basis)))
    shown = figure(stored_value(desk.resolved, at.measure.code, rest), at.measure.decimals, unit, address)
    formula = Text(
        "全区 − 各园区合计（飞地、总部、未分园区）", "the zone − Σ parks (enclaves, headquarters, in no park)"
    )
    return _why(desk, at, subject, shown, formula, tuple(inputs))
