"""Runs the cases of packs: a situation, what was expected and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from qipan.engine.feel import Parsed, Scope, Value, evaluate, value_of
from qipan.engine.problem import Problem
from qipan.packs.conditions import read_condition
from qipan.packs.decide import decide, read_rule
from qipan.packs.model import Case, Indicator, Rule
from qipan.packs.resolve import Resolved
from qipan.packs.validate import nearest
from qipan.packs.vocabulary import read_indicator, vocabulary


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case, whether it came out as expected, what came out, and the problems on the way."""

    case: Case
    passed: bool
    got: Value
    problems: tuple[Problem, ...]


def run_cases(resolved: Resolved) -> tuple[CaseResult, ...]:
    """Return the result of every case; one that fails, or whose subject or inputs nobody knows, has a problem."""
    return tuple(_run(resolved, case) for case in resolved.cases)


def _run(resolved: Resolved, case: Case) -> CaseResult:
    thing, _, code = case.subject.partition(":")
    if thing == "health":
        return _condition(resolved, case, code)
    subject: Indicator | Rule | None
    if thing == "indicator":
        subject = resolved.indicator(code, case.on) if case.on else resolved.indicators.get(code)
    else:
        subject = resolved.rule(code, case.on) if case.on else resolved.rules.get(code)
    if subject is None:
        known = resolved.indicators if thing == "indicator" else resolved.rules
        return _failed(
            case,
            None,
            Problem.of("packs.unknown-subject", where=case.where, name=case.subject, near=nearest(code, known)),
        )
    if isinstance(subject, Indicator):
        return _indicator(resolved, case, subject)
    unknown = [name for name in case.given if name not in {entry.name for entry in subject.inputs}]
    if unknown:
        return _failed(case, None, _unknown(case, unknown[0], [entry.name for entry in subject.inputs]))
    decision = decide(read_rule(subject), case.given, today=case.on)
    return _judged(case, decision.value, decision.problems)


def _condition(resolved: Resolved, case: Case, code: str) -> CaseResult:
    check = resolved.health.get(code)
    if check is None or check.expression is None:
        known = [one.code for one in resolved.health.values() if one.expression is not None]
        problem = Problem.of("packs.unknown-subject", where=case.where, name=case.subject, near=nearest(code, known))
        return _failed(case, None, problem)
    names = vocabulary(resolved, check.about)
    return _worked_out(case, read_condition(resolved, check, names), names)


def _indicator(resolved: Resolved, case: Case, subject: Indicator) -> CaseResult:
    names = vocabulary(resolved, subject.about)
    return _worked_out(case, read_indicator(resolved, subject, names), names)


def _worked_out(case: Case, parsed: Parsed, names: Mapping[str, str]) -> CaseResult:
    """Return what an expression over names of measures gives for the case."""
    if parsed.expression is None:
        return CaseResult(case, passed=False, got=None, problems=parsed.problems)
    unknown = [name for name in case.given if name not in names]
    if unknown:
        return _failed(case, None, _unknown(case, unknown[0], names))
    given = {names[name]: value for name, value in case.given.items()}
    values = {name: given.get(name) for name in parsed.expression.names}
    result = evaluate(parsed.expression, Scope.of(values, today=case.on))
    return _judged(case, result.value, ())


def _judged(case: Case, got: Value, problems: tuple[Problem, ...]) -> CaseResult:
    expected = _rounded(value_of(case.expect), case.places)
    found = _rounded(got, case.places)
    if type(expected) is type(found) and expected == found:
        return CaseResult(case, passed=True, got=got, problems=problems)
    failure = Problem.of("packs.case-failed", where=case.where, name=case.name, expected=str(expected), got=str(found))
    return CaseResult(case, passed=False, got=got, problems=(failure, *problems))


def _rounded(value: Value, places: int | None) -> Value:
    if places is None or not isinstance(value, Decimal):
        return value
    with localcontext(prec=40):
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _unknown(case: Case, name: str, valid: Iterable[str]) -> Problem:
    return Problem.of("packs.unknown-input", where=case.where, name=name, near=nearest(name, valid))


def _failed(case: Case, got: Value, problem: Problem) -> CaseResult:
    return CaseResult(case, passed=False, got=got, problems=(problem,))
