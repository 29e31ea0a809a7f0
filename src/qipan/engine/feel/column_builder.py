"""Turns the tree of an expression into pieces: Polars expressions with the rows named on which they are not certain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from qipan.engine.feel import column_arithmetic as arithmetic
from qipan.engine.feel import column_calls, column_pieces
from qipan.engine.feel.column_numbers import BeyondColumnsError, Number, Piece, either
from qipan.engine.feel.evaluate import evaluate
from qipan.engine.feel.expression import Expression, Scope, problem_at
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
from qipan.engine.feel.values import Value
from qipan.engine.problem import Problem

MANY = 12  # parts of an expression before their size can matter
LARGEST = 150_000  # bytes of one Polars expression written out


class Builder:
    """Compiles one expression over columns of stated types.

    `exact` reads floats as scaled integers too: slower, and certain about sums that come out even. `problems` collects
    what is null on every row, `measured` the columns that enter arithmetic.
    """

    def __init__(
        self, expression: Expression, schema: Mapping[str, pl.DataType], today: dt.date | None, *, exact: bool
    ) -> None:
        self.expression = expression
        self.schema = schema
        self.today = today
        self.exact = exact
        self.measured: set[str] = set()
        self.parts = 0
        self.problems: list[Problem] = []

    def build(self, node: Node) -> Piece:
        """Return the piece that `node` is; raises BeyondColumnsError where its expressions grow beyond bounds."""
        piece = self._built(node)
        self._weighed(piece)
        return piece

    def _weighed(self, piece: Piece) -> None:
        """Stop where parts that stand in one another many times over would make an expression of any size."""
        self.parts += 1
        if self.parts < MANY:
            return
        held = [piece.value, piece.doubt]
        if isinstance(piece, Number):
            held += [piece.absolute, piece.fixed.value if piece.fixed is not None else None]
        if any(expr is not None and len(expr.meta.serialize(format="binary")) > LARGEST for expr in held):
            raise BeyondColumnsError(self.expression.text[:40])

    def _built(self, node: Node) -> Piece:
        if not isinstance(node, Literal) and self._is_constant(node):
            return column_pieces.literal(self._constant(node))
        if isinstance(node, Arithmetic | Call):
            self.measured.update(part.name for part, _ in walk(node) if isinstance(part, Name))
            self.measured.update("?" for part, _ in walk(node) if isinstance(part, Subject))
        match node:
            case Literal():
                return column_pieces.literal(node.value)
            case Name():
                return self._column(node, node.name)
            case Subject():
                return self._column(node, "?")
            case Negation():
                return self._negation(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self.compared(node.operator, self.build(node.left), self.build(node.right), node)
            case Junction():
                return column_pieces.joined([self.build(i) for i in node.items], decisive=node.operator == "or")
            case Conditional():
                parts = (self.build(node.condition), self.build(node.then), self.build(node.otherwise))
                return column_pieces.chosen(*parts)
            case Between():
                return self._limits(self.build(node.value), node.low, node.high, closed=(True, True), node=node)
            case Within():
                value = self.build(node.value)
                return column_pieces.joined([self._tested(value, test) for test in node.tests], decisive=True)
            case Tests():
                return self._cell(node)
            case Path():
                return self._property(node)
            case Call():
                return column_calls.call(node, self)
            case _:
                raise BeyondColumnsError(self.expression.source(node))

    # -- constants and columns -----------------------------------------------------------------------------------

    def _is_constant(self, node: Node) -> bool:
        return not any(isinstance(part, Name | Subject | Test | Tests) for part, _ in walk(node))

    def _constant(self, node: Node) -> Value:
        """Return what a part without names is, by the value evaluator; its errors are errors on every row."""
        part = Expression(self.expression.text, node, frozenset())
        result = evaluate(part, Scope({}, self.today))
        self.problems.extend(result.problems)
        return result.value

    def _column(self, node: Node, name: str) -> Piece:
        piece = column_pieces.column(name, self.schema[name], exact=self.exact)
        if piece is None:
            raise BeyondColumnsError(f"{self.expression.source(node)}: {self.schema[name]}")
        return piece

    def note(self, code: str, node: Node, **details: str) -> Piece:
        """Record why a part is null on every row."""
        details = {"text": self.expression.source(node), **details}
        self.problems.append(problem_at(code, self.expression.text, node.start, details))
        return column_pieces.NULL

    # -- operators -----------------------------------------------------------------------------------------------

    def _negation(self, node: Negation) -> Piece:
        operand = self.build(node.operand)
        if isinstance(operand, Number):
            return arithmetic.negate(operand)
        return self._clash(node, "-", operand)

    def _clash(self, node: Node, sign: str, *pieces: Piece) -> Piece:
        """Return null for operands of types the operator does not apply to."""
        doubt = either(*(piece.doubt for piece in pieces))
        if any(piece.kind == "null" for piece in pieces):
            return Piece("null", column_pieces.NULL.value, doubt)
        self.note("feel.operand-type", node, operator=sign, types=", ".join(piece.kind for piece in pieces))
        return Piece("null", column_pieces.NULL.value, doubt)

    def _arithmetic(self, node: Arithmetic) -> Piece:
        left, right = self.build(node.left), self.build(node.right)
        if node.operator == "+" and left.kind == right.kind == "string":
            value = column_pieces.text(left) + column_pieces.text(right)
            return Piece("string", value, either(left.doubt, right.doubt))
        if not isinstance(left, Number) or not isinstance(right, Number):
            return self._clash(node, node.operator, left, right)
        match node.operator:
            case "+":
                return arithmetic.add(left, right)
            case "-":
                return arithmetic.add(left, right, subtract=True)
            case "*":
                return arithmetic.multiply(left, right)
            case "/":
                return arithmetic.divide(left, right)
            case _:
                return self._power(node, left, right)

    def _power(self, node: Arithmetic, left: Number, right: Number) -> Piece:
        exponent = right.atom.constant if right.atom is not None else None
        if exponent is None or exponent != exponent.to_integral_value() or not 1 <= abs(exponent) <= 8:
            raise BeyondColumnsError(self.expression.source(node))
        return arithmetic.power(left, int(exponent))

    def compared(self, sign: str, left: Piece, right: Piece, node: Node) -> Piece:
        """Return `left sign right`, noting a comparison of two types."""
        known = "null" not in (left.kind, right.kind)
        if sign in ("=", "!="):
            if known and left.kind != right.kind:
                self.note("feel.operand-type", node, operator=sign, types=f"{left.kind}, {right.kind}")
            return column_pieces.equal(left, right, wanted=sign == "=")
        found = column_pieces.ordered(sign, left, right)
        if found is not None:
            return found
        self._clash(node, sign, left, right)
        return Piece("boolean", column_pieces.UNKNOWN.value, either(left.doubt, right.doubt))

    # -- tests ---------------------------------------------------------------------------------------------------

    def _limits(self, value: Piece, low: Node, high: Node, *, closed: tuple[bool, bool], node: Node) -> Piece:
        above = self.compared(">=" if closed[0] else ">", value, self.build(low), node)
        below = self.compared("<=" if closed[1] else "<", value, self.build(high), node)
        return column_pieces.joined([above, below], decisive=False)

    def _tested(self, value: Piece, test: Node) -> Piece:
        """Return whether `value` passes one unary test."""
        if isinstance(test, Test):
            return self.compared(test.operator, value, self.build(test.operand), test)
        if isinstance(test, Interval):
            closed = (test.low_closed, test.high_closed)
            return self._limits(value, test.low, test.high, closed=closed, node=test)
        if isinstance(test, Items):
            return self.listed(value, test)
        wanted = self.build(test)
        if wanted.kind in ("boolean", "null") and any(isinstance(part, Subject) for part, _ in walk(test)):
            return wanted
        return column_pieces.equal(value, wanted)

    def listed(self, value: Piece, items: Items, *, ranges: bool = True) -> Piece:
        """Return whether `value` equals an item of a list or, with `ranges`, lies in one; never null."""
        found: list[Piece] = []
        constants = [item.value for item in items.items if isinstance(item, Literal)]
        quick = column_pieces.among(value, constants)
        if quick is not None:
            found.append(quick)
        for item in items.items:
            if quick is not None and isinstance(item, Literal) and item.value is not None:
                continue
            if isinstance(item, Items) or (isinstance(item, Interval) and not ranges):
                continue  # a single value equals no list and no range
            judged = self._tested(value, item)
            found.append(Piece("boolean", judged.value.fill_null(value=False), judged.doubt))
        if not found:
            return Piece("boolean", pl.lit(value=False), value.doubt)
        whole = column_pieces.joined(found, decisive=True)
        return Piece("boolean", whole.value.fill_null(value=False), whole.doubt)

    def _cell(self, node: Tests) -> Piece:
        if not node.items:
            return Piece("boolean", pl.lit(value=True))
        subject = self._column(node, "?")
        found = column_pieces.joined([self._tested(subject, test) for test in node.items], decisive=True)
        return column_pieces.opposite(found) if node.negated else found

    # -- properties ----------------------------------------------------------------------------------------------

    def _property(self, node: Path) -> Piece:
        value = self.build(node.value)
        if value.kind == "null":
            return value
        found = column_calls.date_part(value, node.property)
        if found is None:
            return self.note("feel.no-property", node, property=node.property, types=value.kind)
        return found
