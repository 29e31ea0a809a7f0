"""Built-in functions of lists, which also take the items one by one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from qipan.engine.feel.signature import Function, RefusedError, function, spread
from qipan.engine.feel.values import CONTEXT, Value, equal, order


def numbers(items: tuple[Value, ...]) -> list[Decimal] | None:
    """Return the items as numbers; null for an empty list or one with an unknown; refused where one is no number."""
    if not items or any(item is None for item in items):
        return None
    found = [item for item in items if isinstance(item, Decimal)]
    if len(found) != len(items):
        raise RefusedError("feel.argument-type", function="sum", parameter="list", expected="number")
    return found


def extreme(sign: int, name: str) -> Callable[[tuple[Value, ...]], Value]:
    """Return the function that finds the least (sign -1) or the greatest (sign 1) item."""

    def find(items: tuple[Value, ...]) -> Value:
        if not items:
            return None
        best = items[0]
        for item in items:
            placed = order(item, best)
            if item is None or placed is None:
                if any(other is None for other in items):
                    return None
                raise RefusedError("feel.argument-type", function=name, parameter="list", expected="number")
            if placed == sign:
                best = item
        return best

    return find


def total(items: tuple[Value, ...]) -> Value:
    """Return the sum; null for an empty list or one with an unknown."""
    found = numbers(items)
    if found is None:
        return None
    result = found[0]
    for number in found[1:]:
        result = CONTEXT.add(result, number)
    return result


def product(items: tuple[Value, ...]) -> Value:
    """Return the product; null for an empty list or one with an unknown."""
    found = numbers(items)
    if found is None:
        return None
    result = Decimal(1)
    for number in found:
        result = CONTEXT.multiply(result, number)
    return result


def mean(items: tuple[Value, ...]) -> Value:
    """Return the arithmetic mean; null for an empty list or one with an unknown."""
    whole = total(items)
    return CONTEXT.divide(whole, Decimal(len(items))) if isinstance(whole, Decimal) else None


def median(items: tuple[Value, ...]) -> Value:
    """Return the middle number, or the mean of the middle two."""
    found = numbers(items)
    if found is None:
        return None
    ordered = sorted(found)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def holds(items: tuple[Value, ...], *, decisive: bool) -> Value:
    """Return `decisive` where one item is so; null where one is not a truth value; otherwise the other."""
    if any(item is decisive for item in items):
        return decisive
    return None if not all(isinstance(item, bool) for item in items) else not decisive


def count(items: tuple[Value, ...]) -> Value:
    """Return the number of items, unknown ones included."""
    return Decimal(len(items))


def every(items: tuple[Value, ...]) -> Value:
    """Tell whether every item is true."""
    return holds(items, decisive=False)


def some(items: tuple[Value, ...]) -> Value:
    """Tell whether an item is true."""
    return holds(items, decisive=True)


def holding(items: tuple[Value, ...], element: Value) -> Value:
    """Tell whether an item equals `element`; null is an element like any other."""
    return any(equal(item, element) is True for item in items)


def distinct(items: tuple[Value, ...]) -> Value:
    """Return the items without repetitions, in their order."""
    found: list[Value] = []
    for item in items:
        if not any(equal(item, earlier) is True for earlier in found):
            found.append(item)
    return tuple(found)


def known(value: Value) -> Value:
    """Tell whether a value is known."""
    return value is not None


def opposite(value: bool) -> Value:
    """Return the opposite truth value."""
    return not value


LISTS: tuple[Function, ...] = (
    spread("min", extreme(-1, "min")),
    spread("max", extreme(1, "max")),
    spread("sum", total),
    spread("product", product),
    spread("mean", mean),
    spread("median", median),
    spread("count", count),
    spread("all", every),
    spread("any", some),
    function("list contains", ("list: list, element: any!", holding)),
    spread("distinct values", distinct),
    function("is defined", ("value: any!", known)),
    function("not", ("negand: boolean", opposite)),
)
