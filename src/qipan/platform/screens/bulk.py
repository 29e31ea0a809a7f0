"""Changing and removing many records: what would happen is shown before, what happened is told after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import models

from qipan.engine.problem import Language, Problem
from qipan.platform.action import Outcome
from qipan.platform.models import User
from qipan.platform.rights import Actor, Refused, may, person
from qipan.platform.screens.cells import Words, plain_values, veil, words_of
from qipan.platform.screens.changing import change, remove
from qipan.platform.screens.declaration import Column, Screen, columns_of
from qipan.platform.screens.fields import read_field
from qipan.platform.screens.hanging import Group, called, pointers_of, rule_of
from qipan.platform.screens.listing import every_record
from qipan.platform.screens.selection import within
from qipan.platform.storage.among import among
from qipan.platform.visible import decided_models, visible_to

STEP = 2_000
EXAMPLES = 20
TOLD = 100  # refused records told one by one
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one column: how many records change and how many hold the value already."""

    column: Column
    new: str
    changes: int
    same: int


@dataclass(frozen=True, slots=True)
class Line:
    """One record before it is changed: the old text of every column that changes in it."""

    key: int
    title: str
    old: tuple[str | None, ...]  # None: stays as it is


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change of many records would do."""

    effects: tuple[Effect, ...] = ()
    lines: tuple[Line, ...] = ()
    changing: int = 0
    outside: int = 0  # records the person sees but may not change
    problems: tuple[Problem, ...] = ()


def changeable(screen: Screen, user: User) -> list[Column]:
    """Return the columns a person can set for many records at once: counts would tell of those they read masked."""
    edited = [column for column in columns_of(screen) if column.edit and column.stored]
    return [column for column in edited if not column.secret or may(person(user), column.secret)]


def _meant(screen: Screen, texts: Mapping[str, str], user: User) -> tuple[dict[str, Any], list[Problem]]:
    meant: dict[str, Any] = {}
    problems: list[Problem] = []
    known = {column.code: column for column in changeable(screen, user)}
    for code, text in texts.items():
        if code not in known:
            problems.append(Problem.of("screens.unchangeable", value=code[:40]))
            continue
        found = read_field(screen, known[code], text, user)
        if found.problem is not None:
            problems.append(found.problem)
        else:
            meant[code] = found.value
    return meant, problems


def _parts(
    user: User, screen: Screen, keys: Sequence[int], columns: Sequence[Column]
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield (key, unit, title, values…) of those of the records `user` may see, some thousand at once."""
    paths = ["pk", screen.unit or "pk", screen.title, *(column.path for column in columns)]
    for start in range(0, len(keys), STEP):
        some = every_record(user, screen).filter(pk__in=among(keys[start : start + STEP])).order_by("pk")
        yield list(some.values_list(*paths))


def plan(user: User, screen: Screen, keys: Sequence[int], texts: Mapping[str, str]) -> Plan:
    """Return what setting `texts` (by column; an empty one clears) would do to the records, or what is wrong."""
    meant, problems = _meant(screen, texts, user)
    if problems:
        return Plan(problems=tuple(problems))
    columns = [column for column in changeable(screen, user) if column.code in meant]
    counts = {column.code: 0 for column in columns}
    lines: list[Line] = []
    changing = outside = total = 0
    for part in _parts(user, screen, keys, columns):
        units = [row[1] if screen.unit else None for row in part]
        for row, allowed in zip(part, within(user, screen.edit, units), strict=True):
            outside += not allowed
            if not allowed:
                continue
            total += 1
            differing = [column for column, value in zip(columns, row[3:], strict=True) if value != meant[column.code]]
            for column in differing:
                counts[column.code] += 1
            changing += bool(differing)
            if differing and len(lines) < EXAMPLES:
                lines.append(_line(row, columns, differing, user))
    effects = [
        Effect(column, _texts(column, [meant[column.code]], user)[0], counts[column.code], total - counts[column.code])
        for column in columns
    ]
    return Plan(tuple(effects), tuple(lines), changing, outside)


def _line(row: tuple[Any, ...], columns: Sequence[Column], differing: Sequence[Column], user: User) -> Line:
    old = tuple(
        _texts(column, [value], user)[0] if column in differing else None
        for column, value in zip(columns, row[3:], strict=True)
    )
    return Line(row[0], str(row[2]), old)


def _texts(column: Column, stored: Sequence[Any], user: User) -> list[str]:
    values = plain_values(column, stored)
    words: Words = words_of(column, values, user)
    texts = ["" if value is None or value == "" else words(value) for value in values]
    return [veil(text) if column.secret and text else text for text in texts]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that stayed as it was, and why."""

    key: int
    title: str
    problems: tuple[Problem, ...]

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return it as a job's result keeps it."""
        return {
            "key": self.key,
            "title": self.title,
            "why": [
                f"{one.message(language)}{'。' if language == 'zh' else '. '}{one.hint(language)}"
                for one in self.problems
            ],
        }


@dataclass(slots=True)
class Done:
    """What became of many records."""

    done: int = 0
    same: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list[Refusal])

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return it as a job's result keeps it."""
        told = [one.as_json(language) for one in self.refusals]
        return {"done": self.done, "same": self.same, "refused": self.refused, "refusals": told}

    def take(self, key: int, title: str, outcome: Outcome[Any]) -> None:
        """Count one record."""
        if outcome.done:
            self.done += 1
            return
        self.refused += 1
        if len(self.refusals) < TOLD:
            self.refusals.append(Refusal(key, title, outcome.problems))


def _tried(act: Callable[[], Outcome[Any]]) -> Outcome[Any]:
    try:
        return act()
    except Refused:
        return Outcome(problems=(Problem.of("screens.no-right-there"),))


def change_many(
    actor: Actor,
    screen: Screen,
    keys: Sequence[int],
    texts: Mapping[str, str],
    *,
    reason: str = "",
    tell: Tell | None = None,
) -> Done:
    """Leave the records with `texts`, each by an Action of its own; what one refuses stops no other.

    `tell` hears how many are through, and may raise to stop: what was changed until then stays changed.
    """
    if actor.user is None:
        raise Refused(screen.edit)
    meant, problems = _meant(screen, texts, actor.user)
    if problems:
        raise ValueError("what is to be set was not looked through before")
    columns = [column for column in changeable(screen, actor.user) if column.code in meant]
    found, through = Done(), 0
    for part in _parts(actor.user, screen, keys, columns):
        for row in part:
            through += 1
            if all(value == meant[column.code] for column, value in zip(columns, row[3:], strict=True)):
                found.same += 1
            else:
                key = row[0]
                found.take(key, str(row[2]), _tried(partial(change, actor, screen, key, None, texts, reason=reason)))
            if tell is not None:
                tell(through)
    found.refused += len(keys) - through  # gone meanwhile, or no longer theirs to see
    return found


@dataclass(frozen=True, slots=True)
class Leaving:
    """What removing records would take along, and what would hinder it."""

    count: int
    outside: int
    belongs: tuple[Group, ...]
    hinders: tuple[Group, ...]
    unseen: bool
    titles: tuple[str, ...]


def leaving(user: User, screen: Screen, keys: Sequence[int]) -> Leaving:
    """Return what hangs on the records; what `user` may not see is no number, only a fact."""
    belongs: list[Group] = []
    hinders: list[Group] = []
    unseen = False
    for model, pointer in pointers_of(screen):
        if rule_of(pointer) is models.SET_NULL:
            continue
        every = model._default_manager.filter(**{f"{pointer.name}__in": among(keys)})
        if not every.exists():
            continue
        if rule_of(pointer) is models.CASCADE:
            belongs.append(Group(called(model), every.count()))
            continue
        seen = 0
        if model in decided_models():
            seen = visible_to(model, user).filter(**{f"{pointer.name}__in": among(keys)}).count()
        hinders += [Group(called(model), seen)] if seen else []
        unseen = unseen or not seen
    outside, titles = 0, list[str]()
    for part in _parts(user, screen, keys, ()):
        outside += within(user, screen.remove, [row[1] if screen.unit else None for row in part]).count(False)
        titles += [str(row[2]) for row in part[: EXAMPLES - len(titles)]]
    return Leaving(len(keys), outside, tuple(belongs), tuple(hinders), unseen, tuple(titles))


def remove_many(
    actor: Actor, screen: Screen, keys: Sequence[int], *, reason: str = "", tell: Tell | None = None
) -> Done:
    """Remove the records, each by an Action of its own; what one refuses stops no other."""
    if actor.user is None:
        raise Refused(screen.remove)
    found, through = Done(), 0
    for part in _parts(actor.user, screen, keys, ()):
        for row in part:
            key = row[0]
            found.take(key, str(row[2]), _tried(partial(remove, actor, screen, key, None, reason=reason)))
            through += 1
            if tell is not None:
                tell(through)
    found.refused += len(keys) - through
    return found
