"""Reads FEEL: a Pratt parser over tokens fetched on demand, each name resolved against the declared ones.

Everything that is wrong with the names is returned together; the grammar stops at its first error, since what follows
it would be guesswork. Depth, size and number of parts are bounded, so hostile text ends as a problem, not a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import DecimalException

from qipan.engine.feel import dates
from qipan.engine.feel.builtins import FUNCTIONS
from qipan.engine.feel.expression import Expression, Parsed
from qipan.engine.feel.lexer import Token
from qipan.engine.feel.names import Names, names_below, nearest
from qipan.engine.feel.reading import Reading, StopError
from qipan.engine.feel.signature import RefusedError
from qipan.engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conditional,
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
    walk,
)
from qipan.engine.feel.values import CONTEXT
from qipan.engine.problem import Problem, stops

LONGEST = 50_000  # characters
DEEPEST = 60  # parentheses and the like within each other
HIGHEST = 150  # nodes above each other, chains of operators included
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
# How strongly an operator holds its operands together.
OR, AND, COMPARE, ADD, MULTIPLY, POWER, POSTFIX = 1, 2, 3, 4, 5, 6, 8
BINDING = {
    "or": OR, "and": AND, "between": COMPARE, "in": COMPARE, "instance": COMPARE, **dict.fromkeys(COMPARISONS, COMPARE),
    "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "**": POWER, ".": POSTFIX, "[": POSTFIX, "(": POSTFIX,
}  # fmt: skip
CONSTANTS = {"true": True, "false": False, "null": None}


def parse(text: str, names: Iterable[str] | Mapping[str, str] | None = None) -> Parsed:
    """Read one expression.

    `names` are the declared names, or alias → name; None allows any name. The expression is null where the text cannot
    be read or uses an undeclared name; with a wrong number of arguments it stands, and that call is null.
    """
    return _read(text, names, tests=False)


def parse_tests(text: str, names: Iterable[str] | Mapping[str, str] | None = None) -> Parsed:
    """Read the tests of one cell of a decision table: `-`, `< 10, [20..30]`, `not("a", "b")`, a condition on `?`."""
    return _read(text, names, tests=True)


def _read(text: str, names: Iterable[str] | Mapping[str, str] | None, *, tests: bool) -> Parsed:
    if len(text) > LONGEST:
        return Parsed(None, (Problem.of("feel.too-large", line=1, column=1, limit=LONGEST),))
    parser = Parser(text, names if isinstance(names, Names) else Names(names))
    try:
        root = parser.cell() if tests else parser.whole()
        parser.bound(root)
    except StopError as stop:
        parser.problems.append(stop.problem)
        return Parsed(None, tuple(parser.problems))
    unusable = stops(problem for problem in parser.problems if problem.code != "feel.arguments")
    expression = None if unusable else Expression(text, root, names_below(root))
    return Parsed(expression, tuple(parser.problems))


class Parser(Reading):
    """Reads one text, from operators down to operands."""

    depth = 0

    # -- what is read as a whole ---------------------------------------------------------------------------------

    def whole(self) -> Node:
        """Return the expression that the whole text is."""
        root = self.expression(0)
        self.finish()
        return root

    def cell(self) -> Node:
        """Return the unary tests that the whole text is."""
        if self.lexer.skip(0) >= len(self.text) or self.text.strip() == "-":
            return Tests(0, len(self.text), (), negated=False)
        items, negated = self._negated_tests()
        if items is None:
            self.position = 0
            items = self.comma_separated(self.test)
        self.finish()
        return Tests(0, len(self.text), items, negated)

    def _negated_tests(self) -> tuple[tuple[Node, ...] | None, bool]:
        token = self.lexer.operand(self.position)
        if token.kind != "function" or token.text != "not":
            return None, False
        self.position = token.end
        self.expect("(")
        items = self.comma_separated(self.test)
        self.expect(")")
        if self.lexer.operator(self.position).kind != "end":  # `not(a) and b` is a condition, not a negated test
            return None, False
        return items, True

    def finish(self) -> None:
        """Stop unless the text has been read to its end."""
        token = self.lexer.operator(self.position)
        if token.kind != "end":
            self.unexpected(token, "+ - * / = < > and or")

    def bound(self, root: Node) -> None:
        """Stop where the tree is higher than an evaluation may recurse."""
        for node, depth in walk(root):
            if depth > HIGHEST:
                self.stop("feel.too-deep", node.start, limit=HIGHEST)

    # -- operators -----------------------------------------------------------------------------------------------

    def expression(self, least: int) -> Node:
        """Return the expression that starts here, as far as operators bind at least as strongly as `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.stop("feel.too-deep", self.position, limit=DEEPEST)
        left = self.operand()
        while True:
            token = self.lexer.operator(self.position)
            strength = BINDING.get(token.text, -1) if token.kind in ("symbol", "word") else -1
            if strength < max(least, 0) or strength < 0:
                break
            if token.text == "[" and strength == POSTFIX and self._closes_range(token):
                break
            self.position = token.end
            left = self.infix(left, token, strength)
        self.depth -= 1
        return left

    def _closes_range(self, token: Token) -> bool:
        """Tell whether `[` ends a range open at the top, `]1..2[`, instead of starting a filter."""
        following = self.lexer.operator(token.end)
        return following.kind == "end" or following.text in {")", "]", ",", "and", "or", "then", "else"}

    def infix(self, left: Node, token: Token, strength: int) -> Node:
        """Return the node of an operator that has been stepped over."""
        sign = token.text
        if sign in ("and", "or"):
            right = self.expression(strength + 1)
            same = isinstance(left, Junction) and left.operator == sign and self.text[left.start] != "("
            items = (*left.items, right) if same and isinstance(left, Junction) else (left, right)
            return Junction(left.start, right.end, sign, items)
        if sign in COMPARISONS:
            right = self.expression(strength + 1)
            self._one_comparison(token, strength)
            return Comparison(left.start, right.end, sign, left, right)
        if sign in ("+", "-", "*", "/", "**"):
            right = self.expression(strength + 1)
            return Arithmetic(left.start, right.end, sign, left, right)
        if sign == "between":
            low = self.expression(ADD)
            self.expect("and")
            high = self.expression(ADD)
            return Between(left.start, high.end, left, low, high)
        if sign == "in":
            tests = self.tests()
            return Within(left.start, self.position, left, tests)
        if sign == ".":
            return self._path(left)
        if sign == "[":
            self.stop("feel.not-yet", token.start, found="[ ]")
        return self.unexpected(token, "+ - * / = < > and or")

    def _one_comparison(self, token: Token, strength: int) -> None:
        following = self.lexer.operator(self.position)
        if following.kind == "symbol" and BINDING.get(following.text) == strength:
            self.stop("feel.two-comparisons", following.start, found=following.text, first=token.text)

    def _path(self, left: Node) -> Node:
        token = self.lexer.operator(self.position)
        if token.kind != "word":
            self.unexpected(token, "year, month, day, weekday")
        self.position = token.end
        if token.text not in dates.PROPERTIES:
            self.problems.append(
                self.problem(
                    "feel.unknown-property", token.start, property=token.text, valid=", ".join(dates.PROPERTIES)
                )
            )
        return Path(left.start, token.end, left, token.text)

    # -- tests ---------------------------------------------------------------------------------------------------

    def tests(self) -> tuple[Node, ...]:
        """Return what follows `in`: one test, or several in parentheses."""
        token = self.lexer.operand(self.position)
        if not (token.kind == "symbol" and token.text == "("):
            return (self.test(),)
        begin = self.position
        self.position = token.end
        items = self.comma_separated(self.test)
        if len(items) == 1 and self.lexer.operator(self.position).text == "..":
            self.position = begin  # not a list of tests but one open range `(1..10]`
            return (self.expression(ADD),)
        self.expect(")")
        return items

    def test(self) -> Node:
        """Return one unary test: a comparison with its left side left out, or an expression."""
        token = self.lexer.operand(self.position)
        if token.kind == "symbol" and token.text in COMPARISONS:
            self.position = token.end
            operand = self.expression(ADD)
            return Test(token.start, operand.end, token.text, operand)
        return self.expression(0)

    # -- operands ------------------------------------------------------------------------------------------------

    def operand(self) -> Node:
        """Return the value that starts here, without what operators may follow."""
        token = self.lexer.operand(self.position)
        self.position = token.end
        match token.kind:
            case "number":
                return self._number(token)
            case "string":
                return Literal(token.start, token.end, token.text)
            case "at":
                return self._at(token)
            case "name":
                return Name(token.start, token.end, token.text)
            case "unknown":
                return self._unknown(token)
            case "function":
                return self._call(token)
            case "symbol":
                return self._symbol(token)
            case "word":
                return self._word(token)
            case _:
                self.unexpected(token, self._valid_operand())

    def _valid_operand(self) -> str:
        return self.names.some() or '1, "…", true, null'

    def _number(self, token: Token) -> Node:
        try:
            return Literal(token.start, token.end, CONTEXT.create_decimal(token.text))
        except DecimalException:
            self.stop("feel.number-range", token.start, found=token.text[:40])

    def _at(self, token: Token) -> Node:
        try:
            return Literal(token.start, token.end, dates.read(token.text))
        except RefusedError:
            self.problems.append(self.problem("feel.at-literal", token.start, found=token.text[:40]))
            return Literal(token.start, token.end, None)

    def _unknown(self, token: Token) -> Node:
        if not self.names.open:
            near = self.names.nearest(token.text)
            code = "feel.unknown-name" if near is None else "feel.unknown-name-near"
            self.problems.append(
                self.problem(code, token.start, name=token.text[:60], nearest=near, valid=self.names.some() or "—")
            )
        return Name(token.start, token.end, token.text)

    def _symbol(self, token: Token) -> Node:
        match token.text:
            case "-":
                operand = self.expression(POWER + 1)
                return Negation(token.start, operand.end, operand)
            case "?":
                return Subject(token.start, token.end)
            case "[" | "]":
                return self._bracket(token)
            case "(":
                return self._parenthesis(token)
            case _:
                return self.unexpected(token, self._valid_operand())

    def _bracket(self, token: Token) -> Node:
        if token.text == "[" and self.accept("]"):
            return Items(token.start, self.position, ())
        first = self.expression(0)
        if self.accept(".."):
            return self._interval(token, first)
        items = [first]
        while token.text == "[" and self.accept(","):
            items.append(self.expression(0))
        self.expect("]" if token.text == "[" else "..")
        return Items(token.start, self.position, tuple(items))

    def _parenthesis(self, token: Token) -> Node:
        inner = self.expression(0)
        if self.accept(".."):
            return self._interval(token, inner)
        self.expect(")")
        return inner

    def _interval(self, token: Token, low: Node) -> Node:
        high = self.expression(ADD)
        closing = self.lexer.operator(self.position)
        if closing.text not in ("]", ")", "["):
            self.unexpected(closing, "] )")
        self.position = closing.end
        return Interval(token.start, closing.end, low, high, token.text == "[", closing.text == "]")

    def _word(self, token: Token) -> Node:
        if token.text in CONSTANTS:
            return Literal(token.start, token.end, CONSTANTS[token.text])
        if token.text == "if":
            condition = self.expression(0)
            self.expect("then")
            then = self.expression(0)
            self.expect("else")
            otherwise = self.expression(0)
            return Conditional(token.start, otherwise.end, condition, then, otherwise)
        return self.unexpected(token, self._valid_operand())

    # -- calls ---------------------------------------------------------------------------------------------------

    def _call(self, token: Token) -> Node:
        known = FUNCTIONS.get(token.text)
        self.expect("(")
        arguments: tuple[Node, ...] = ()
        keywords: tuple[str, ...] = ()
        if not self.accept(")"):
            names = self._keyword(first=True)
            keywords = (names,) if names else ()
            values = [self.expression(0)]
            while self.accept(","):
                if keywords:
                    keywords = (*keywords, self._keyword(first=False) or "")
                values.append(self.expression(0))
            arguments = tuple(values)
            self.expect(")")
        if known is None:
            near = nearest(token.text, FUNCTIONS) or "—"
            self.problems.append(self.problem("feel.unknown-function", token.start, name=token.text[:60], nearest=near))
        elif known.form(len(arguments), keywords) is None:
            self.problems.append(
                self.problem("feel.arguments", token.start, function=token.text, usage=known.usage(), text=token.text)
            )
        return Call(token.start, self.position, token.text, arguments, keywords)

    def _keyword(self, *, first: bool) -> str | None:
        """Step over `name:` in front of an argument and return the name."""
        start = self.lexer.skip(self.position)
        colon = self.text.find(":", start, start + 40)
        written = " ".join(self.text[start:colon].split()) if colon > 0 else ""
        if written and all(character.isalpha() or character == " " for character in written):
            self.position = colon + 1
            return written
        if not first:
            self.stop("feel.unexpected", start, found=self.text[start : start + 20], valid="name: value")
        return None
