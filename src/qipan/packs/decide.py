"""Runs a rule of a pack over named values: which line decided, what it gives, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qipan.engine.feel import Expression, Parsed, Scope, Trace, Value, evaluate, parse, value_of
from qipan.engine.problem import Problem, Where
from qipan.packs.model import Names, Rule, RuleRow
from qipan.packs.vocabulary import placed


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule whose expressions have been read; `problems` says what cannot be read."""

    rule: Rule
    rows: tuple[tuple[Expression, RuleRow], ...]
    expression: Expression | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule gave: the value, the line that decided (null: `otherwise` or the expression) and its words."""

    rule: str
    value: Value
    row: int | None
    words: Names
    trace: Trace | None
    problems: tuple[Problem, ...]


def read_rule(rule: Rule, places: Mapping[str, Where] | None = None) -> ReadRule:
    """Return the rule with its expressions read against its own inputs."""
    known = places or {}
    names = {spelling: entry.name for entry in rule.inputs for spelling in (entry.name, entry.en)}
    problems: list[Problem] = []

    def read(text: str, field: str) -> Expression | None:
        where = known.get(f"rule:{rule.code}@{rule.valid_from}.{field}") or Where()
        parsed: Parsed = placed(parse(text, names), where)
        problems.extend(parsed.problems)
        return parsed.expression

    rows = [(read(row.when, f"rows.{index}.when"), row) for index, row in enumerate(rule.rows)]
    expression = read(rule.expression, "expression") if rule.expression else None
    return ReadRule(rule, tuple((when, row) for when, row in rows if when is not None), expression, tuple(problems))


def decide(read: ReadRule, values: Mapping[str, object], *, today: date | None = None, trace: bool = False) -> Decision:
    """Return what the rule gives for `values` by input name; inputs not given count as unknown.

    The first line whose condition is true decides; unknown is not true.
    """
    given = {entry.name: values.get(entry.name) for entry in read.rule.inputs}
    scope = Scope.of(given, today=today)
    if read.expression is not None:
        result = evaluate(read.expression, scope, trace=trace)
        return Decision(read.rule.code, result.value, None, read.rule.words, result.trace, result.problems)
    problems: list[Problem] = []
    for index, (when, row) in enumerate(read.rows):
        result = evaluate(when, scope, trace=trace)
        problems += result.problems
        if result.value is True:
            return Decision(read.rule.code, value_of(row.gives), index, row.words, result.trace, tuple(problems))
    return Decision(read.rule.code, value_of(read.rule.otherwise), None, read.rule.words, None, tuple(problems))
