"""What is wrong between packs: names nobody declared, units nobody knows, rules nobody can run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from string import Formatter

from qipan.engine.feel import parse
from qipan.engine.problem import Problem, Severity
from qipan.packs.conditions import lint_health
from qipan.packs.decide import read_rule
from qipan.packs.fields import CustomField
from qipan.packs.layouts import BoardLayout, Shown, tile_problems
from qipan.packs.ledgers import lint_ledger
from qipan.packs.model import Board, Indicator, Measure, Rule
from qipan.packs.resolve import Resolved
from qipan.packs.roles import Role
from qipan.packs.validate import nearest
from qipan.packs.vocabulary import placed, read_indicator, referred, ring, vocabulary

LIGHTS = ("red", "amber", "green", "none")
# What a board's sentence may speak of: counts by light, the period, how many are locked or preliminary.
SENTENCE = ("total", "green", "amber", "red", "none", "period", "locked", "draft")


def lint(resolved: Resolved) -> tuple[Problem, ...]:
    """Return everything wrong in what packs declare about each other, expressions included; `problems` first."""
    found: list[Problem] = [*resolved.problems]
    for measure in resolved.measures.values():
        if not measure.sibling:
            found += _measure(resolved, measure)
    found += _names(resolved)
    found += _indicators(resolved)
    for ledger in resolved.ledgers.values():
        found += lint_ledger(resolved, ledger)
    for board in resolved.boards.values():
        found += _board(resolved, board)
    for check in resolved.health.values():
        found += lint_health(resolved, check)
    for layout in resolved.layouts.values():
        found += _layout(resolved, layout)
    for one in resolved.fields.values():
        found += _field(resolved, one)
    for role in resolved.roles.values():
        found += _role(resolved, role)
    for versions in resolved.versions.values():
        for version in versions:
            found += _dates(resolved, version)
            found += _rule(resolved, version) if isinstance(version, Rule) else []
    found += _uncovered(resolved)
    return tuple(found)


def _measure(resolved: Resolved, measure: Measure) -> list[Problem]:
    thing = f"measure:{measure.code}"
    found = _unit(resolved, thing, measure.unit)
    if measure.aggregation == "weighted" and measure.weight is None:
        found.append(Problem.of("packs.no-weight", where=resolved.where(thing), known=measure.code))
    if measure.weight is not None and measure.weight not in resolved.measures:
        found.append(_unknown(resolved, f"{thing}.weight", measure.weight, resolved.measures))
    if measure.valid_until is not None and measure.valid_until < measure.valid_from:
        found.append(Problem.of("packs.dates", where=resolved.where(f"{thing}.until")))
    return found


def _field(resolved: Resolved, one: CustomField) -> list[Problem]:
    """A choice names its choices, a unit is known, and a field ends no earlier than it begins."""
    thing = f"field:{one.key}"
    found = _unit(resolved, thing, one.unit) if one.unit else []
    if one.type == "choice" and not one.choices:
        found.append(Problem.of("packs.missing", where=resolved.where(thing), field="choices"))
    codes = [choice.code for choice in one.choices]
    found += [
        Problem.of("packs.duplicate-code", where=resolved.where(thing), thing="choice", known=code, first=thing)
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    if one.valid_until is not None and one.valid_until < one.valid_from:
        found.append(Problem.of("packs.dates", where=resolved.where(f"{thing}.until")))
    return found


def _unit(resolved: Resolved, thing: str, unit: str) -> list[Problem]:
    if unit in resolved.units.units:
        return []
    near = nearest(unit, resolved.units.units)
    return [Problem.of("packs.unknown-unit", where=resolved.where(f"{thing}.unit"), unit=unit, near=near)]


def _unknown(resolved: Resolved, field: str, name: str, valid: Iterable[str]) -> Problem:
    return Problem.of("packs.unknown-code", where=resolved.where(field), known=name, near=nearest(name, valid))


def _names(resolved: Resolved) -> list[Problem]:
    """A name that stands for two things of the same kind of subject would make sheets and expressions a gamble."""
    owner: dict[tuple[str, str], str] = {}
    found: list[Problem] = []
    things: list[tuple[str, Measure | Indicator]] = [
        *((f"measure:{one.of or one.code}", one) for one in resolved.measures.values()),
        *((f"indicator:{one.code}", one) for one in resolved.indicators.values()),
    ]
    for place, one in things:
        for name in dict.fromkeys((one.names.zh, *one.aliases)):
            first = owner.setdefault((one.about, name), one.code)
            if first != one.code:
                found.append(
                    Problem.of("packs.same-name", where=resolved.where(place), name=name, known=one.code, first=first)
                )
    return found


def _indicators(resolved: Resolved) -> list[Problem]:
    found: list[Problem] = []
    names = {"unit": vocabulary(resolved, "unit"), "enterprise": vocabulary(resolved, "enterprise")}
    edges: dict[str, frozenset[str]] = {}
    for versions in resolved.versions.values():
        for version in versions:
            if not isinstance(version, Indicator):
                continue
            parsed = read_indicator(resolved, version, names[version.about])
            found += parsed.problems
            found += _unit(resolved, f"indicator:{version.code}", version.unit)
            edges[version.code] = edges.get(version.code, frozenset()) | referred(parsed.expression)
    circle = ring({code: others & edges.keys() for code, others in edges.items()})
    if circle:
        where = resolved.where(f"indicator:{circle[0]}.expression")
        found.append(Problem.of("packs.indicator-ring", where=where, ring=" → ".join(circle)))
    return found


def _board(resolved: Resolved, board: Board) -> list[Problem]:
    found: list[Problem] = []
    known = {*resolved.measures, *resolved.indicators}
    place = f"board:{board.code}"
    for index, card in enumerate(board.cards):
        field = f"{place}.cards.{index}"
        if card.measure not in known:
            found.append(_unknown(resolved, f"{field}.measure", card.measure, known))
        elif card.show == "growth" and f"{card.measure}.yoy" not in resolved.measures:
            found.append(Problem.of("packs.no-growth", where=resolved.where(f"{field}.show"), known=card.measure))
        found += [_unknown(resolved, f"{field}.beside", name, known) for name in card.beside if name not in known]
        if card.light is not None:
            rule = resolved.rules.get(card.light)
            if rule is None or rule.kind != "light":
                lights = [code for code, one in resolved.rules.items() if one.kind == "light"]
                found.append(_unknown(resolved, f"{field}.light", card.light, lights))
    found += [_unknown(resolved, f"{place}.parks", name, known) for name in board.parks if name not in known]
    codes = [card.code for card in board.cards]
    found += [
        Problem.of("packs.duplicate-code", where=resolved.where(place), thing="card", known=code, first=place)
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    return found + _sentence(resolved, board)


def shown(resolved: Resolved) -> Shown:
    """Return what the tiles of a board can speak of; every noun may have steps, its desk decides."""
    figures = {code for code, one in resolved.measures.items() if one.about == "unit" and not one.sibling}
    indicators = {code for code, one in resolved.indicators.items() if one.about == "unit"}
    nouns = {ledger.spec.noun for ledger in resolved.ledgers.values()}
    return Shown(figures | indicators, {code for code in figures if f"{code}.yoy" in resolved.measures}, nouns)


def _layout(resolved: Resolved, layout: BoardLayout) -> list[Problem]:
    place = f"layout:{layout.code}"
    at = {tile.code: f"{place}.tiles.{index}" for index, tile in enumerate(layout.tiles)}
    found: list[Problem] = []
    for problem in tile_problems(layout.tiles, shown(resolved)):
        tile, _, field = (problem.where.column or "").partition(".")
        found.append(replace(problem, where=resolved.where(f"{at[tile]}.{field}")))
    return found


def _sentence(resolved: Resolved, board: Board) -> list[Problem]:
    found: list[Problem] = []
    for index, part in enumerate(board.sentence):
        field = f"board:{board.code}.sentence.{index}"
        for language, template in (("zh", part.zh), ("en", part.en)):
            where = resolved.where(f"{field}.{language}")
            try:
                names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
            except ValueError as error:
                found.append(Problem.of("packs.template", where=where, detail=str(error)))
                continue
            found += [
                Problem.of("packs.unknown-code", where=where, known=name, near="、".join(SENTENCE))
                for name in names
                if name not in SENTENCE
            ]
        if part.when is not None:
            found += placed(parse(part.when, SENTENCE), resolved.where(f"{field}.when")).problems
    return found


def _role(resolved: Resolved, role: Role) -> list[Problem]:
    place = f"role:{role.code}"
    unsaid = [name for name in ("names", "scope") if getattr(role, name) is None]
    found = [Problem.of("packs.missing", where=resolved.where(place), field=name) for name in unsaid]
    found += [
        _unknown(resolved, f"{place}.excludes", code, resolved.roles)
        for code in role.excludes
        if code not in resolved.roles
    ]
    if role.valid_until is not None and role.valid_until < role.valid_from:
        found.append(Problem.of("packs.dates", where=resolved.where(f"{place}.until")))
    return found


def _dates(resolved: Resolved, version: Rule | Indicator) -> list[Problem]:
    if version.valid_until is None or version.valid_until >= version.valid_from:
        return []
    kind = "rule" if isinstance(version, Rule) else "indicator"
    return [Problem.of("packs.dates", where=resolved.where(f"{kind}:{version.code}@{version.valid_from}.until"))]


def _rule(resolved: Resolved, rule: Rule) -> list[Problem]:
    place = f"rule:{rule.code}@{rule.valid_from}"
    found = [*read_rule(rule, resolved.places).problems]
    if (rule.expression is None) == (not rule.rows):
        found.append(Problem.of("packs.rule-form", where=resolved.where(place), known=rule.code))
    if rule.kind == "light":
        given = [(f"{place}.rows.{index}.gives", row.gives) for index, row in enumerate(rule.rows)]
        for field, light in [*given, (f"{place}.otherwise", rule.otherwise)]:
            if light not in LIGHTS:
                where, valid = resolved.where(field), "、".join(LIGHTS)
                found.append(Problem.of("packs.not-allowed", where=where, field="gives", value=str(light), valid=valid))
    if rule.kind == "check" and rule.severity is None:
        found.append(Problem.of("packs.missing", where=resolved.where(place), field="severity"))
    names = [entry.name for entry in rule.inputs]
    for index, entry in enumerate(rule.inputs):
        where = resolved.where(f"{place}.inputs.{index}.name")
        if names.index(entry.name) != index:
            found.append(Problem.of("packs.duplicate-code", where=where, thing="input", known=entry.name, first=place))
        kind, _, code = entry.what.partition(":")
        if kind == "measure" and code not in resolved.measures:
            found.append(_unknown(resolved, f"{place}.inputs.{index}.what", code, resolved.measures))
    return found


def _uncovered(resolved: Resolved) -> list[Problem]:
    """Indicators and lights without a case pass, but say so."""
    covered = {case.subject for case in resolved.cases}
    kinds: Mapping[str, Iterable[str]] = {
        "indicator": resolved.indicators,
        "rule": [code for code, rule in resolved.rules.items() if rule.kind == "light"],
    }
    return [
        Problem.of(
            "packs.no-case", where=resolved.where(f"{kind}:{code}"), severity=Severity.WARNING, known=f"{kind}:{code}"
        )
        for kind, codes in kinds.items()
        for code in codes
        if f"{kind}:{code}" not in covered
    ]
