"""The fields of a form: how each is filled in, what is wrong with it, and what another person wrote meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qipan.engine.problem import Problem
from qipan.platform.models import User
from qipan.platform.rights import person, units_of
from qipan.platform.screens.cells import veil
from qipan.platform.screens.declaration import Column, Kind, Screen, columns_of
from qipan.platform.screens.fields import is_custom, model_field, typed, value_of
from qipan.platform.screens.tree import open_branches
from qipan.platform.screens.words import may_read, shown, shown_of, unit_name
from qipan.web.language import short

MEANWHILE = "screens.changed-meanwhile"
THEIRS = "screens.field-changed"
WAS, CHOSEN = "was-", "chosen-"
_INPUTS: Mapping[Kind, str] = {
    Kind.LONG: "textarea", Kind.DATE: "date", Kind.BOOLEAN: "select", Kind.CHOICE: "select", Kind.UNIT: "select",
    Kind.RECORD: "record", Kind.INTEGER: "number", Kind.NUMBER: "number", Kind.MONEY: "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the form.

    `value` is what stands in it, `was` what stood there when the person began: who leaves it so does not change it.
    `theirs` is what somebody else made of it meanwhile, `mine` how one's own value reads beside it.
    """

    code: str
    name: str
    control: str
    value: str
    was: str
    unit: str = ""
    note: str = ""
    required: bool = False
    options: tuple[tuple[str, str, int], ...] = ()  # value, word, depth in the tree
    hidden: str = ""  # the masked value, of which one sees no more
    problems: tuple[Problem, ...] = ()
    theirs: str | None = None
    mine: str = ""
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under a heading."""

    name: str
    inputs: tuple[Input, ...]


def editable(screen: Screen) -> list[Column]:
    """Return the columns a person may fill in."""
    return [column for column in columns_of(screen) if column.edit]


def standing(screen: Screen, column: Column, record: Any, user: User) -> str:
    """Return what stands in the field of a record; of a secret, nothing: it is replaced, not read, in a form."""
    if column.secret:
        return ""
    if column.kind is Kind.RECORD:  # by its name: nobody should meet a number of ours
        return shown_of(screen, column, record, user)
    return typed(column, record)


def _options(screen: Screen, column: Column, user: User) -> tuple[tuple[str, str, int], ...]:
    if column.kind is Kind.BOOLEAN:
        yes, no = (shown(screen, column, value, user) for value in (True, False))
        return (("yes", yes, 0), ("no", no, 0))
    if column.kind is Kind.UNIT:
        allowed = units_of(person(user), screen.edit)
        return tuple(
            (str(branch.unit), branch.name, branch.depth)
            for branch in open_branches(user)
            if allowed is None or branch.unit in allowed
        )
    if column.choices is None:
        return ()
    return tuple((code, str(word), 0) for code, word in column.choices())


def input_of(
    screen: Screen,
    column: Column,
    record: Any | None,
    user: User,
    *,
    posted: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> Input:
    """Return one field: as the record has it, or as the person posted it, with what is wrong."""
    was = standing(screen, column, record, user) if record is not None else ""
    value = was
    if posted is not None and column.code in posted:
        value = posted[column.code]
        was = posted.get(WAS + column.code, was)
    options = _options(screen, column, user)
    control = _INPUTS.get(column.kind, "text")
    if control == "select" and value and value not in {code for code, _word, _depth in options}:
        options = (*options, (value, _word_of(screen, column, record, user, value), 0))
    hidden = ""
    if record is not None and column.secret:
        said = shown_of(screen, column, record, user)
        hidden = veil(said) if said and may_read(user, screen, column, record) else said
    field = model_field(screen, column)
    mine = tuple(one for one in problems if one.where.column == column.code and one.code != THEIRS)
    return Input(
        code=column.code, name=str(column.names), control=control, value=value, was=was, unit=unit_name(column),
        note=str(column.note) if column.note else _called(column, control, value), required=column.required,
        options=options, hidden=hidden, problems=mine,
        longest=field.max_length if field is not None and control == "text" else None,
    )  # fmt: skip


def _called(column: Column, control: str, value: str) -> str:
    """Return what the code that stands in a field means, to be read beside it; a word says itself."""
    name = column.words(value) if column.words is not None and control == "text" and value else ""
    return name if name != value else ""


def _word_of(screen: Screen, column: Column, record: Any | None, user: User, value: str) -> str:
    """Return how a value reads that is no longer offered: it stays choosable, or saving would lose it."""
    kept = value_of(column, record, user) if record is not None else value
    return shown(screen, column, kept, user, record=record) or value


def groups(screen: Screen, inputs: Mapping[str, Input], others: str, own: str) -> tuple[Group, ...]:
    """Return the fields under the headings of the record's page."""
    found: list[Group] = []
    placed: set[str] = set()
    for section in screen.sections:
        mine = tuple(inputs[code] for code in section.columns if code in inputs)
        placed.update(section.columns)
        found += [Group(str(section.names), mine)] if mine else []
    custom = {column.code for column in editable(screen) if is_custom(column)}
    rest = tuple(one for code, one in inputs.items() if code not in placed and code not in custom)
    found += [Group(others, rest)] if rest else []
    zone = tuple(inputs[code] for code in inputs if code in custom and code not in placed)
    return tuple([*found, Group(own, zone)] if zone else found)


def in_page_language(problem: Problem, name: str) -> str:
    """Return a parameter of a problem in the page's language."""
    params = problem.params
    return str(params.get(f"{name}_en", params.get(name, "")) if short() == "en" else params.get(name, ""))
