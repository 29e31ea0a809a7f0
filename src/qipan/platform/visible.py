"""Who sees which records: every list, count, search, export, page and API asks here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from qipan.platform.models import User

M = TypeVar("M", bound=Model)
# The condition a record must meet for `user` to see it.
Seen = Callable[[User], Q]

NOTHING = Q(pk__in=[])
EVERYTHING = Q()

_seen: dict[type[Model], Seen] = {}


def sees(model: type[Model], seen: Seen) -> None:
    """Let `seen(user)` decide which records of `model` a person sees; raises ValueError where somebody decides so."""
    if model in _seen:
        raise ValueError(f"who sees {model.__name__} is decided twice")
    _seen[model] = seen


def visible_to(model: type[M], user: User) -> QuerySet[M]:
    """Return the records of `model` that `user` may see; raises KeyError for a model nobody decided about."""
    condition = _seen[model](user)
    manager: Any = model._default_manager
    if condition is NOTHING:
        return manager.none()
    return manager.filter(condition) if condition else manager.all()


def decided_models() -> frozenset[type[Model]]:
    """Return the models about whose visibility somebody decided."""
    return frozenset(_seen)
