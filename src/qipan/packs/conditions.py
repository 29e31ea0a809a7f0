"""What can be wrong with a check of data health: parameters, codes nobody knows, a condition nobody can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qipan.engine.feel import Parsed, parse
from qipan.engine.problem import Problem
from qipan.packs.health import FIELDS, PARAMETERS, HealthCheck
from qipan.packs.resolve import Resolved
from qipan.packs.validate import nearest
from qipan.packs.vocabulary import placed, vocabulary


def read_condition(resolved: Resolved, check: HealthCheck, names: Mapping[str, str] | None = None) -> Parsed:
    """Return the condition of a check, its own or its rule's; its names are references to measures and indicators."""
    place = f"health:{check.code}.expression"
    rule = resolved.rules.get(check.rule or "")
    if rule is None:
        known = vocabulary(resolved, check.about) if names is None else names
        return placed(parse(check.expression or "", known), resolved.where(place))
    inputs = {
        spelling: entry.what.removeprefix("measure:") for entry in rule.inputs for spelling in (entry.name, entry.en)
    }
    return placed(parse(rule.expression or "", inputs), resolved.where(f"rule:{rule.code}.expression"))


def lint_health(resolved: Resolved, check: HealthCheck) -> list[Problem]:
    """Return everything wrong with a check, in the order of its fields."""
    place = f"health:{check.code}"
    found = [*_parameters(resolved, check, place), *_codes(resolved, check, place), *_field(resolved, check, place)]
    if check.valid_until is not None and check.valid_until < check.valid_from:
        found.append(Problem.of("packs.dates", where=resolved.where(f"{place}.until")))
    if check.detector != "condition":
        return found
    if (check.expression is None) == (check.rule is None):
        found.append(Problem.of("packs.condition-form", where=resolved.where(place), known=check.code))
    elif check.rule is not None and check.rule not in resolved.rules:
        rules = [code for code, rule in resolved.rules.items() if rule.kind == "check"]
        found.append(_unknown(resolved, f"{place}.rule", check.rule, rules))
    else:
        found += read_condition(resolved, check).problems
    return found


def _unknown(resolved: Resolved, at: str, name: str, valid: Iterable[str]) -> Problem:
    return Problem.of("packs.unknown-code", where=resolved.where(at), known=name, near=nearest(name, valid))


def _parameters(resolved: Resolved, check: HealthCheck, place: str) -> list[Problem]:
    wanted = PARAMETERS[check.detector]
    found = [
        Problem.of("packs.missing", where=resolved.where(place), field=f"parameters.{name}")
        for name in wanted
        if name not in check.parameters
    ]
    for name in check.parameters:
        if name not in wanted:
            where, valid = resolved.where(f"{place}.parameters"), "、".join(wanted) or "—"
            near = nearest(name, wanted)
            found.append(Problem.of("packs.unknown-field", where=where, field=name, near=near, valid=valid))
    return found


def _codes(resolved: Resolved, check: HealthCheck, place: str) -> list[Problem]:
    own = [code for code, measure in resolved.measures.items() if measure.about == check.about]
    found = [_unknown(resolved, f"{place}.measures", code, own) for code in check.measures if code not in own]
    found += [
        _unknown(resolved, f"{place}.ledgers", code, resolved.ledgers)
        for code in check.ledgers
        if code not in resolved.ledgers
    ]
    table = resolved.tables.get("qualifications")
    titles = table.column(table.columns[0]) if table is not None else ()
    for measure, title in check.counts.items():
        found += [] if measure in own else [_unknown(resolved, f"{place}.counts", measure, own)]
        found += [] if title in titles else [_unknown(resolved, f"{place}.counts", title, titles)]
    return found


def _field(resolved: Resolved, check: HealthCheck, place: str) -> list[Problem]:
    allowed = FIELDS.get(check.detector, ())
    if check.field in allowed or (check.field is None and not allowed):
        return []
    where, valid = resolved.where(f"{place}.field"), "、".join(allowed) or "—"
    return [Problem.of("packs.not-allowed", where=where, field="field", value=str(check.field), valid=valid)]
