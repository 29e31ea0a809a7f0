"""Shows an expression to people: as rows 条件 | 比较 | 值 where it is simple conditions, as a sentence always."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from qipan.engine.feel import dates
from qipan.engine.feel.expression import Expression
from qipan.engine.feel.signature import RefusedError
from qipan.engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conditional,
    Constant,
    Interval,
    Items,
    Junction,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Subject,
    Test,
    Tests,
    Within,
)
from qipan.engine.feel.values import number_text
from qipan.engine.feel.wording import COMPARED, COMPARING, FUNCTION_WORDS, OPPOSITE, SIGNS, STRENGTH, WORDS
from qipan.engine.problem import Language

JUDGING = frozenset({"odd", "even", "all", "any"})


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One line of a table of conditions: how it joins the one above (且, 或 or nothing), 条件, 比较, 值.

    `group` numbers the conditions that stand together in parentheses; 0 for those that stand alone.
    """

    join: str
    condition: str
    comparison: str
    value: str
    group: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """An expression as a sentence, and as rows where it is conditions joined by and/or; else no rows."""

    sentence: str
    rows: tuple[ConditionRow, ...]


def in_words(expression: Expression, language: Language = "zh", *, labels: Mapping[str, str] | None = None) -> Words:
    """Return an expression as people read it; `labels` name the names, which otherwise stand as they are."""
    teller = _Teller(language, labels or {})
    rows = teller.rows(expression.root)
    return Words(teller.phrase(expression.root), tuple(rows) if rows else ())


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts nodes into words of one language."""

    language: Language
    labels: Mapping[str, str]
    words: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", WORDS[self.language])

    # -- rows ----------------------------------------------------------------------------------------------------

    def rows(self, node: Node) -> list[ConditionRow] | None:
        """Return the rows of a condition; null for what is none, or is nested more than once."""
        if not isinstance(node, Junction):
            row = self.row(node)
            return None if row is None else [ConditionRow("", *row)]
        found: list[ConditionRow] = []
        group = 0
        for item in node.items:
            join = self.words[node.operator] if found else ""
            if isinstance(item, Junction):
                group += 1
                inner = [self.row(part) for part in item.items]
                for number, row in enumerate(inner):
                    if row is None:
                        return None
                    found.append(ConditionRow(self.words[item.operator] if number else join, *row, group))
                continue
            row = self.row(item)
            if row is None:
                return None
            found.append(ConditionRow(join, *row))
        return found

    def row(self, node: Node) -> tuple[str, str, str] | None:
        """Return 条件, 比较 and 值 of one simple condition; null for anything else."""
        match node:
            case Comparison():
                return self._compared(node.operator, node.left, node.right)
            case Between():
                limits = self._limits(node.low, node.high, low_closed=True, high_closed=True)
                return self.phrase(node.value), self.words["in"], limits
            case Within():
                return self._within(node)
            case Call(function="not", arguments=(inner,)):
                return self._negated(inner)
            case Call(function="is defined", arguments=(inner,)):
                return self.phrase(inner), self.words["known"], ""
            case Call(function=function, arguments=(own, other)) if function in COMPARING[self.language]:
                return self.phrase(own), COMPARING[self.language][function], self.phrase(other)
            case Call(function=function) if function in JUDGING:
                return self.phrase(node), self.words["holds"], ""
            case Name() | Subject():
                return self.phrase(node), self.words["holds"], ""
            case _:
                return None

    def _compared(self, sign: str, left: Node, right: Node) -> tuple[str, str, str]:
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right = right, left
            sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
        if isinstance(right, Literal) and right.value is None and sign in ("=", "!="):
            return self.phrase(left), self.words["unknown" if sign == "=" else "known"], ""
        return self.phrase(left), COMPARED[self.language][sign], self.phrase(right)

    def _within(self, node: Within) -> tuple[str, str, str]:
        value, only = self.phrase(node.value), node.tests[0]
        if len(node.tests) == 1 and isinstance(only, Test):
            return self._compared(only.operator, node.value, only.operand)
        if len(node.tests) == 1 and isinstance(only, Interval):
            return value, self.words["in"], self.phrase(only)
        tests = only.items if len(node.tests) == 1 and isinstance(only, Items) else node.tests
        return value, self.words["in-list"], self.words["comma"].join(map(self.phrase, tests))

    def _negated(self, inner: Node) -> tuple[str, str, str] | None:
        if isinstance(inner, Comparison):
            return self._compared(OPPOSITE[inner.operator], inner.left, inner.right)
        if isinstance(inner, Name | Subject):
            return self.phrase(inner), self.words["not"], ""
        return None

    # -- sentences -----------------------------------------------------------------------------------------------

    def phrase(self, node: Node) -> str:
        """Return any node in words."""
        match node:
            case Literal():
                return self._literal(node.value)
            case Name():
                return self.labels.get(node.name, node.name)
            case Subject():
                return self.words["subject"]
            case Negation():
                return f"−{self._inside(node.operand, 3)}"
            case Arithmetic():
                return self._arithmetic(node)
            case Junction():
                parts = [
                    self._in_parentheses(self.phrase(item)) if isinstance(item, Junction) else self.phrase(item)
                    for item in node.items
                ]
                return f" {self.words[node.operator]} ".join(parts)
            case Conditional():
                ways = (node.condition, node.then, node.otherwise)
                return self.words["if"].format(*map(self.phrase, ways))
            case Interval():
                return self._limits(node.low, node.high, low_closed=node.low_closed, high_closed=node.high_closed)
            case Items():
                return self.words["comma"].join(map(self.phrase, node.items))
            case Test():
                return f"{COMPARED[self.language][node.operator]} {self.phrase(node.operand)}"
            case Tests():
                listed = self.words["comma"].join(map(self.phrase, node.items)) or self.words["any"]
                return self.words["except"].format(listed) if node.negated else listed
            case Path():
                return self.words["of"].format(self.phrase(node.value), self.words.get(node.property, node.property))
            case _:
                return self._condition(node)

    def _condition(self, node: Node) -> str:
        if isinstance(node, Call) and node.function not in ("not", "is defined", *COMPARING[self.language]):
            return self._called(node)
        row = self.row(node)
        if row is not None:
            return " ".join(part for part in row if part)
        inner = node.arguments[0] if isinstance(node, Call) and node.arguments else node
        return f"{self._in_parentheses(self.phrase(inner))} {self.words['not']}"

    def _called(self, node: Call) -> str:
        day = constant_day(node)
        if day is not None:
            return self._literal(day)
        name = FUNCTION_WORDS.get(node.function, node.function) if self.language == "zh" else node.function
        if not node.arguments:
            return name
        return f"{name}{self._in_parentheses(self.words['comma'].join(map(self.phrase, node.arguments)))}"

    def _in_parentheses(self, text: str) -> str:
        return self.words["("] + text + self.words[")"]

    def _arithmetic(self, node: Arithmetic) -> str:
        strength = STRENGTH[node.operator]
        left, right = self._inside(node.left, strength), self._inside(node.right, strength + 1)
        return f"{left} {SIGNS[node.operator]} {right}"

    def _inside(self, node: Node, least: int) -> str:
        """Return an operand, in parentheses where it binds less than `least`."""
        weak = isinstance(node, Arithmetic) and STRENGTH[node.operator] < least
        simple = isinstance(node, Literal | Name | Subject | Call | Path | Arithmetic)
        return f"({self.phrase(node)})" if weak or not simple else self.phrase(node)

    def _literal(self, value: Constant) -> str:
        if value is None or isinstance(value, bool):
            return self.words["null" if value is None else "true" if value else "false"]
        if isinstance(value, Decimal):
            return number_text(value)
        if isinstance(value, dt.date):
            return f"{value.year}年{value.month}月{value.day}日" if self.language == "zh" else value.isoformat()
        return f"“{value}”"

    def _limits(self, low: Node, high: Node, *, low_closed: bool, high_closed: bool) -> str:
        ends = self.phrase(low), self.phrase(high)
        if low_closed and high_closed:
            note = "closed"
        elif not low_closed and not high_closed:
            note = "open"
        else:
            note = "high-open" if low_closed else "low-open"
        return (self.words["range"] + self.words[note]).format(*ends)


def constant_day(node: Call) -> dt.date | None:
    """Return the day that `date("2026-10-31")` writes; null for any other call."""
    if node.function != "date" or len(node.arguments) != 1:
        return None
    written = node.arguments[0]
    try:
        return dates.read(written.value) if isinstance(written, Literal) and isinstance(written.value, str) else None
    except RefusedError:
        return None
