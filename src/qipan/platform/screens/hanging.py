"""What hangs on a record: what belongs to it goes with it, what only points at it stands in the way of removing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Model

from qipan.engine.problem import Problem
from qipan.platform.action import Act
from qipan.platform.models import User
from qipan.platform.screens.declaration import Screen, screens
from qipan.platform.subjects import stands_on_subject
from qipan.platform.term import Term
from qipan.platform.visible import decided_models, visible_to

OTHER = Term("其他记录", "other records")

_called: dict[type[Model], Term] = {}
# `count(screen, key)` and `drop(act, screen, key)` of what points at records without a foreign key (notes, files).
Count = Callable[[Screen, int], int]
Drop = Callable[[Act, Screen, int], None]
_loose: list[tuple[Term, Count, Drop]] = []


def call(model: type[Model], names: Term) -> None:
    """Let records of `model`, which has no screen, be called `names` where they hang on something."""
    _called[model] = names


def hangs(names: Term, count: Count, drop: Drop) -> None:
    """Let something that points at records without a foreign key be counted, and go with them."""
    _loose.append((names, count, drop))


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one kind that hang on a record."""

    names: Term
    count: int


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a record: what belongs to it, what hinders, and whether something unseen hinders."""

    belongs: tuple[Group, ...] = ()
    hinders: tuple[Group, ...] = ()
    unseen: bool = False

    def problems(self, title: str) -> list[Problem]:
        """Return why the record cannot be removed; empty where it can."""
        found = [
            Problem.of("screens.hanging", title=title, count=group.count, what=group.names.zh, what_en=group.names.en)
            for group in self.hinders
        ]
        return [*found, Problem.of("screens.hanging-unseen", title=title)] if self.unseen else found


def called(model: type[Model]) -> Term:
    """Return what records of `model` are called."""
    if model in _called:
        return _called[model]
    return next((screen.names for screen in screens() if screen.model is model), OTHER)


def pointing_at(model: type[Model]) -> list[tuple[type[Model], models.ForeignKey[Any]]]:
    """Return the models with a foreign key to `model`, and the key; a record's own key to its subject is none."""
    found: list[tuple[type[Model], models.ForeignKey[Any]]] = []
    for other in apps.get_models():
        for one in other._meta.concrete_fields:
            if isinstance(one, models.ForeignKey) and one.related_model is model and not one.primary_key:
                found.append((other, one))
    return found


def rule_of(pointer: models.ForeignKey[Any]) -> Any:
    """Return what becomes of the pointing record when the other goes."""
    relation: Any = pointer.remote_field
    return relation.on_delete


def pointers_of(screen: Screen) -> list[tuple[type[Model], models.ForeignKey[Any]]]:
    """Return the models that point at records of the screen, and the key by which they do."""
    found = pointing_at(screen.model)
    key = screen.model._meta.pk
    if key is not None and stands_on_subject(screen.model) and isinstance(key.related_model, type):
        found += pointing_at(key.related_model)
    return found


def hanging_on(screen: Screen, key: int, user: User | None) -> Hanging:
    """Return what hangs on record `key`; what `user` may not see is no number, only a fact (None: the machine)."""
    belongs: list[Group] = []
    hinders: list[Group] = []
    unseen = False
    for model, pointer in pointers_of(screen):
        pointing = model._default_manager.filter(**{pointer.name: key})
        if not pointing.exists():
            continue
        if rule_of(pointer) is models.CASCADE:
            belongs.append(Group(called(model), pointing.count()))
        elif rule_of(pointer) is not models.SET_NULL:
            seen = 0
            if user is None:
                seen = pointing.count()
            elif model in decided_models():
                seen = visible_to(model, user).filter(**{pointer.name: key}).count()
            hinders += [Group(called(model), seen)] if seen else []
            unseen = unseen or not seen
    for names, count, _drop in _loose:
        if counted := count(screen, key):
            belongs.append(Group(names, counted))
    return Hanging(tuple(belongs), tuple(hinders), unseen)


def drop_belongings(act: Act, screen: Screen, key: int) -> None:
    """Remove what belongs to record `key`, each with its line in the trail."""
    for model, pointer in pointers_of(screen):
        if rule_of(pointer) is not models.CASCADE:
            continue
        for one in model._default_manager.filter(**{pointer.name: key}).iterator():
            act.changed(model._meta.db_table, one.pk, {"name": str(one)}, None)
            one.delete()
    for _names, _count, drop in _loose:
        drop(act, screen, key)
