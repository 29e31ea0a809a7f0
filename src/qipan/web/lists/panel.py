"""The filter panel of a list, and the conditions that are set as chips: typed controls by the kind of a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qipan.platform.models import User
from qipan.platform.rights import may, person
from qipan.platform.screens import Column, Kind, columns_of
from qipan.platform.screens.amounts import unit_name
from qipan.platform.screens.cells import words_of
from qipan.platform.screens.tree import Branch, branches
from qipan.platform.screens.wanted import OPS, Condition, Op, value_text
from qipan.web.lists.asked import Asked

WORDS: Mapping[Op, Any] = {
    Op.IS: gettext_lazy("是"),
    Op.CONTAINS: gettext_lazy("包含"),
    Op.BEGINS: gettext_lazy("开头是"),
    Op.FROM: gettext_lazy("不小于"),
    Op.TO: gettext_lazy("不大于"),
    Op.EMPTY: gettext_lazy("为空"),
    Op.FILLED: gettext_lazy("不为空"),
}
DATED: Mapping[Op, Any] = {**WORDS, Op.FROM: gettext_lazy("不早于"), Op.TO: gettext_lazy("不晚于")}
SHORT = 9  # options that need no scrolling
_DATES = (Kind.DATE, Kind.MOMENT)
_SHAPES: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.LONG: "text",
    Kind.CODE: "text",
    Kind.BOOLEAN: "boolean",
    Kind.CHOICE: "choice",
    Kind.UNIT: "unit",
    Kind.RECORD: "record",
}


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose."""

    value: str
    text: str
    chosen: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Control:
    """How one column is filtered: its shape, what is set, what can be chosen."""

    column: Column
    shape: str
    set: int  # how many conditions are set
    typed: str = ""
    ops: tuple[Option, ...] = ()
    since: str = ""
    until: str = ""
    empty: bool = False
    options: tuple[Option, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that is set, as words, and the list without it."""

    name: str
    op: str
    values: str
    without: str


def _of(asked: Asked, column: Column) -> list[Condition]:
    return [condition for condition in asked.wanted.conditions if condition.column == column.code]


def _texts(conditions: Sequence[Condition], op: Op) -> list[str]:
    return [value_text(value) for one in conditions if one.op is op for value in one.values]


def _called(branch: Branch) -> str:
    return _("{name}（已撤销）").format(name=branch.name) if branch.closed else branch.name


def _options(column: Column, user: User, chosen: Sequence[str]) -> tuple[Option, ...]:
    if column.kind is Kind.BOOLEAN:
        return tuple(Option(code, word, code in chosen) for code, word in (("yes", _("是")), ("no", _("否"))))
    if column.kind is Kind.UNIT:
        return tuple(Option(str(one.unit), _called(one), str(one.unit) in chosen, one.depth) for one in branches(user))
    if column.kind is Kind.RECORD:
        words = words_of(column, [int(text) for text in chosen], user)
        return tuple(Option(text, words(int(text)) or text, True) for text in chosen)
    offered = list(column.choices()) if column.choices is not None else []
    known = {code for code, _word in offered}
    offered += [(text, text) for text in chosen if text not in known]
    options = [Option(code, word, code in chosen) for code, word in offered]
    # What is set stands on top of a long list.
    return tuple(sorted(options, key=lambda one: not one.chosen) if len(options) > SHORT else options)


def control(asked: Asked, column: Column, user: User) -> Control:
    """Return the control of one column as it is set."""
    conditions = _of(asked, column)
    shape = "choice" if column.choices is not None else _SHAPES.get(column.kind, "range")
    own = OPS[column.kind][0]
    empty = any(one.op is Op.EMPTY for one in conditions)
    if shape == "range":
        kind = _DATES if column.kind in _DATES else ()
        exact = _texts(conditions, Op.IS)
        since, until = (*_texts(conditions, Op.FROM), *exact), (*_texts(conditions, Op.TO), *exact)
        return Control(
            column,
            "date" if kind else shape,
            len(conditions),
            since=next(iter(since), ""),
            until=next(iter(until), ""),
            empty=empty,
            unit=unit_name(column.unit) if column.unit else "",
        )
    if shape == "text":
        first = next(iter(conditions), None)
        at = first.op if first is not None else own
        ops = tuple(Option(str(op), str(WORDS[op]), op is at) for op in OPS[column.kind])
        typed = value_text(first.values[0]) if first is not None and first.values else ""
        return Control(column, shape, len(conditions), typed=typed, ops=ops)
    chosen = _texts(conditions, own)
    return Control(column, shape, len(conditions), options=_options(column, user, chosen), empty=empty)


def controls(asked: Asked, user: User) -> list[Control]:
    """Return the controls of all columns the person can filter by; none of a column they read masked everywhere."""
    return [
        control(asked, column, user)
        for column in columns_of(asked.screen)
        if column.filtered and (not column.secret or may(person(user), column.secret))
    ]


def chips(asked: Asked, user: User) -> list[Chip]:
    """Return what is set, in words."""
    found: list[Chip] = []
    wanted = asked.wanted
    if wanted.text:
        found.append(Chip(_("查找"), "", wanted.text, asked.link(replace(wanted, text=""))))
    for condition in wanted.conditions:
        column = asked.screen.column(condition.column)
        if column is None:
            continue
        others = tuple(one for one in wanted.conditions if one is not condition)
        words = words_of(column, condition.values, user)
        op = DATED[condition.op] if column.kind in _DATES else WORDS[condition.op]
        own = condition.op is Op.IS or (column.choices is not None and condition.op is OPS[column.kind][0])
        values = [_said(column, condition, value, words(value)) for value in condition.values]
        without = asked.link(replace(wanted, conditions=others))
        found.append(Chip(str(column.names), "" if own else str(op), _("、").join(values), without))
    return found


def _said(column: Column, condition: Condition, value: Any, word: str) -> str:
    """Return a value in words; a beginning of a code is shown beside its word, a number with its unit."""
    if column.kind is Kind.MOMENT:
        return value_text(value)
    if condition.op in {Op.BEGINS, Op.CONTAINS} and column.words is not None and column.choices is None:
        return f"{value} {word}" if word else str(value)
    text = word or value_text(value)
    return f"{text} {unit_name(column.unit)}" if column.unit else text
