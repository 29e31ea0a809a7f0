"""Why this number: its formula in words, its inputs, the cell it came from, and what it said before."""

from __future__ import annotations

from decimal import Decimal

from qipan.domains.economy.derived import derived, derived_figure, inputs_of
from qipan.domains.economy.figures import KINDS, growth_kind, growth_unit, in_money
from qipan.domains.economy.lights import light_of
from qipan.domains.economy.numbers import PERCENT, POINTS, figure, period_text, stored_value, unit_text
from qipan.domains.economy.origin import earlier_values, origin_of, status_of
from qipan.domains.economy.parks import residual
from qipan.domains.economy.shapes import Address, Figure, Input, Text, Why
from qipan.domains.economy.standing import SEASONS, Desk, Standing, computed_growth, end_of, last_share, standing
from qipan.packs import Measure, Rule, Source
from qipan.platform.models import User
from qipan.registry.frames import ACTUAL, CUMULATIVE, TARGET
from qipan.registry.models import Fact, Unit
from qipan.registry.unit_history import units_under

NOTHING = Text("", "")
EXPECTED = 2
REPORTED_GROWTH = {
    "official": Text("增速为可比价，由统计部门核定，不用绝对额推算", "growth at comparable prices, official"),
    "same_scope": Text("增速为同口径：本期与本表上年同期相比", "growth against the year before in the same form"),
    "computed": Text("增速为现价同比，按报表所列", "growth at current prices, as the report states it"),
    "none": NOTHING,
}
YEAR_ON_YEAR = Text("增速为同比，按报表所列", "growth year on year, as the report states it")
# Number derived by a rule of the pack → the rule, and the inputs it names.
RULES = {
    "progress": ("progress", ("value", "target")),
    "pace": ("linear_pace", ()),
    "needed": ("needed_per_month", ("value", "target")),
    "growth_gap": ("growth_gap", ("growth", "growth_target")),
    "needed_growth": ("needed_growth", ("growth", "growth_target", "share")),
}


def why_stored(desk: Desk, fact: Fact, subject: Text, address: Address, user: User) -> Why:
    """Return what stands behind a figure that was reported, as far as `user` may see it."""
    measure = desk.resolved.measures[fact.measure.code]
    value = stored_value(desk.resolved, measure.code, fact.value)
    signed = measure.sibling == "yoy" and fact.reading == ACTUAL
    shown = figure(value, measure.decimals, unit_text(desk.resolved.units, measure.unit), address, signed=signed)
    return Why(
        name=_named(measure, {TARGET: "target", EXPECTED: "expected"}.get(fact.reading)),
        subject=subject,
        period=period_text(fact.period, fact.basis),
        figure=shown,
        printed=fact.text,
        definition=Text(measure.definition.zh, measure.definition.en),
        scope=_scope(desk, fact, measure),
        formula=None,
        inputs=(),
        rule=None,
        rule_source=None,
        origin=origin_of(fact, user, desk.resolved),
        earlier=earlier_values(fact, measure, desk.resolved, user),
        status=status_of(fact) if fact.reading == ACTUAL else NOTHING,
        publisher=Text(measure.publisher.zh, measure.publisher.en),
        source=_source(measure),
        next_due=measure.schedule().next_due(fact.period) if fact.reading == ACTUAL else None,
    )


def _named(measure: Measure, kind: str | None) -> Text:
    """Return a measure's name, with what of it a number is."""
    names = Text(measure.names.zh, measure.names.en)
    what = KINDS.get(kind or "")
    return names if what is None else Text(f"{names.zh} · {what.zh}", f"{names.en} · {what.en}")


def _scope(desk: Desk, fact: Fact, measure: Measure) -> Text:
    """Return the 口径: what the file said, else the measure's own; of growth also which kind of growth it is."""
    own = Text(fact.scope.text, fact.scope.text) if fact.scope_id else Text(measure.scope.zh, measure.scope.en)
    base = desk.resolved.measures.get(measure.of or "")
    if measure.sibling != "yoy" or base is None or fact.reading != ACTUAL:
        return own
    kind = REPORTED_GROWTH[base.growth]
    if base.growth == "computed" and not in_money(desk, base):
        kind = YEAR_ON_YEAR
    return Text(f"{own.zh}；{kind.zh}", f"{own.en}; {kind.en}")


def _source(measure: Measure) -> Text:
    return _sourced(measure.source)


def _sourced(source: Source) -> Text:
    """Return where a definition or rule comes from, and how far that was verified."""
    words = " ".join(part for part in (source.doc, source.clause) if part)
    marks = {
        "confirmed": NOTHING,
        "practice": Text("（惯例）", " (practice)"),
        "memory": Text("（条款未核实）", " (clause unconfirmed)"),
    }
    mark = marks[source.status]
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
    makers = {
        "growth": _growth, "gap": _gap, "seasonal_pace": _seasonal, "residual": _residual, "share": _share,
        "light": _light,
    }  # fmt: skip
    maker = makers.get(address.what)
    return None if maker is None else maker(desk, at, address, name)


def _indicator(desk: Desk, address: Address, subject: Unit) -> Why | None:
    found = derived(desk, address.subject, address.measure, address.period)
    if found is None:
        return None
    indicator = found.indicator
    return Why(
        name=Text(indicator.names.zh, indicator.names.en), subject=Text(subject.name, subject.name_en or subject.name),
        period=period_text(found.period, CUMULATIVE), figure=derived_figure(desk, address.subject, found), printed="",
        definition=NOTHING, scope=_board_scope(desk, address.measure),
        formula=Text(indicator.words.zh, indicator.words.en), inputs=inputs_of(desk, address.subject, found), rule=None,
        rule_source=None, origin=None, earlier=(), status=NOTHING, publisher=NOTHING, source=_sourced(indicator.source),
    )  # fmt: skip


def _board_scope(desk: Desk, code: str) -> Text:
    """Return the 口径 that the leader's card of `code` states; nothing where it has no card."""
    spec = next((one for one in desk.resolved.boards["leader"].cards if one.measure == code), None)
    return NOTHING if spec is None else Text(spec.scope.zh, spec.scope.en)


def _why(
    at: Standing, subject: Text, shown: Figure, formula: Text, inputs: tuple[Input, ...],
    rule: Text | None = None, rule_source: Text | None = None, sentence: Text | None = None,
) -> Why:  # fmt: skip
    measure = at.measure
    return Why(
        name=_named(measure, shown.address.what), subject=subject, period=period_text(at.period, at.basis),
        figure=shown, printed="", definition=Text(measure.definition.zh, measure.definition.en),
        scope=Text(measure.scope.zh, measure.scope.en), formula=formula, inputs=inputs, rule=rule,
        rule_source=rule_source, origin=None, earlier=(), status=NOTHING,
        publisher=Text(measure.publisher.zh, measure.publisher.en), source=_source(measure), sentence=sentence,
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
            shown = figure(at.growth, 1, growth_unit(desk, measure.code), _at(at, growth, "growth"), signed=True)
            return Input(Text("增速", "growth"), shown, own)
        case "growth_target":
            shown = figure(at.growth_target, 1, growth_unit(desk, measure.code), Address(at.unit, growth, year, 1))
            return Input(Text("目标增速", "target growth"), shown, period_text(year, CUMULATIVE))
        case _:
            share = last_share(desk, at.unit, measure.code, at.period % 100, at.period // 100 - 1)
            return Input(Text("上年占比", "last year's share"), figure(share, 1, PERCENT, _at(at, what="share")), own)


def _at(at: Standing, code: str | None = None, what: str = "value") -> Address:
    return Address(at.unit, code or at.measure.code, at.period, ACTUAL, at.basis, 0, what)


def _by_rule(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    code, kinds = RULES[address.what]
    rule = desk.resolved.rule(code, end_of(at.period))
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
    words = Text(rule.words.zh, rule.words.en)
    return _why(at, subject, shown, words, inputs, _version(rule), _sourced(rule.source))


def _version(rule: Rule) -> Text:
    """Return a rule's name and the version of it that was used."""
    since = rule.valid_from
    return Text(
        f"{rule.names.zh}（{since.year}年{since.month}月{since.day}日起施行）",
        f"{rule.names.en} (in force from {since.isoformat()})",
    )


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
    shown = figure(value, 1, growth_unit(desk, at.measure.code), address, signed=True)
    if at.measure.unit == "%":
        formula = Text("本期 − 上年同期", "this period − the same period a year before")
    return _why(at, subject, shown, formula, inputs, growth_kind(desk, at.measure, "computed", reported=False))


def _gap(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    if at.value is None or at.level_target is None:
        return None
    unit = unit_text(desk.resolved.units, at.measure.unit)
    shown = figure(at.value - at.level_target, at.measure.decimals, unit, address, signed=True)
    inputs = (_input(desk, at, "value"), _input(desk, at, "target"))
    return _why(at, subject, shown, Text("累计 − 全年目标", "year to date − target of the year"), inputs)


def _level(desk: Desk, at: Standing, period: int) -> Input:
    """Return the measure's own figure of another period as an input."""
    stored = desk.facts.get(at.unit, at.measure.code, period, ACTUAL, at.basis)
    value = stored_value(desk.resolved, at.measure.code, stored.value if stored else None)
    words = unit_text(desk.resolved.units, at.measure.unit)
    shown = figure(value, at.measure.decimals, words, Address(at.unit, at.measure.code, period, ACTUAL, at.basis))
    return Input(Text(at.measure.names.zh, at.measure.names.en), shown, period_text(period, at.basis))


def _seasonal(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    if at.seasonal is None:
        return None
    year, month = divmod(at.period, 100)
    periods = [(year - back) * 100 + part for back in range(1, SEASONS + 1) for part in dict.fromkeys((month, 12))]
    formula = Text(
        "近三年同月累计占当年全年比重的平均", "mean share of the year reached by this month in the last three years"
    )
    inputs = tuple(_level(desk, at, period) for period in periods)
    return _why(at, subject, figure(at.seasonal, 1, PERCENT, address), formula, inputs)


def _share(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    year, month = at.period // 100 - 1, at.period % 100
    share = last_share(desk, at.unit, at.measure.code, month, year)
    if share is None:
        return None
    formula = Text("上年同月累计 ÷ 上年全年 × 100", "last year to this month ÷ the whole of last year × 100")
    inputs = tuple(_level(desk, at, year * 100 + part) for part in dict.fromkeys((month, 12)))
    return _why(at, subject, figure(share, 1, PERCENT, address), formula, inputs)


def _light(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    """Explain a status: the rule that set it, and what it looked at."""
    spec = next((one for one in desk.resolved.boards["leader"].cards if one.measure == at.measure.code), None)
    rule = desk.resolved.rule(spec.light, end_of(at.period)) if spec is not None and spec.light else None
    if spec is None or rule is None:
        return None
    _, _, reason = light_of(desk, spec, at, address.period)
    shown = Figure("", NOTHING, address, known=False)
    if spec.target == "level":
        inputs = [_input(desk, at, "value"), _input(desk, at, "target")]
        for what, words, value in (
            ("progress", KINDS["progress"], at.progress), ("pace", KINDS["pace"], at.pace),
            ("seasonal_pace", KINDS["seasonal_pace"], at.seasonal),
        ):  # fmt: skip
            number = figure(value, 1, PERCENT, _at(at, what=what))
            inputs.append(Input(words, number, period_text(at.period, at.basis)))
    else:
        inputs = [_input(desk, at, "growth"), _input(desk, at, "growth_target")]
    words = Text(rule.words.zh, rule.words.en)
    return _why(at, subject, shown, words, tuple(inputs), _version(rule), _sourced(rule.source), reason)


def _residual(desk: Desk, at: Standing, address: Address, subject: Text) -> Why | None:
    below = units_under(at.unit, end_of(at.period), desk.today)
    parks = list(Unit.objects.filter(kind=Unit.Kind.PARK, pk__in=below))
    rest = residual(desk, at, [park.pk for park in parks])
    if rest is None:
        return None
    unit = unit_text(desk.resolved.units, at.measure.unit)
    inputs = [_input(desk, at, "value")]
    for park in sorted(parks, key=lambda park: (park.sort, park.code)):
        stored = desk.facts.get(park.pk, at.measure.code, at.period, ACTUAL, at.basis)
        if stored is None or stored.value is None:
            continue
        value = stored_value(desk.resolved, at.measure.code, stored.value)
        where = Address(park.pk, at.measure.code, at.period, ACTUAL, at.basis)
        shown = figure(value, at.measure.decimals, unit, where)
        inputs.append(Input(Text(park.name, park.name_en or park.name), shown, period_text(at.period, at.basis)))
    shown = figure(rest, at.measure.decimals, unit, address)
    formula = Text(
        "全区 − 各园区合计（飞地、总部、未分园区）", "the zone − Σ parks (enclaves, headquarters, in no park)"
    )
    return _why(at, subject, shown, formula, tuple(inputs))
