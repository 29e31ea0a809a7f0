"""Reads of the registry: every list, count, search, export and page goes through `visible_to`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from qipan.platform.models import (
    Batch,
    BatchSheet,
    InstalledPack,
    SheetMemory,
    SignIn,
    StoredFile,
    TrailEntry,
    User,
)
from qipan.registry.models import (
    Enterprise,
    EnterpriseName,
    Fact,
    Grant,
    Measure,
    Qualification,
    Return,
    Scope,
    Subject,
    Uncertain,
    Unit,
    UnitPlace,
    Verdict,
)
from qipan.registry.rights import reach

M = TypeVar("M", bound=Model)
Seen = Callable[[User], Q | None]

NOTHING = Q(pk__in=[])
EVERYTHING = Q()


def _held(right: str) -> Seen:
    """Everything to whoever holds `right` anywhere, else nothing."""
    return lambda user: EVERYTHING if reach(user).any(right) else NOTHING


def in_scope(user: User, right: str, field: str) -> Q:
    """Return the condition that the unit in `field` lies where `user` holds `right`.

    Who holds it for the whole zone also sees what has no unit yet.
    """
    found = reach(user)
    if right in found.whole:
        return EVERYTHING
    units = found.at(right)
    return Q(**{f"{field}__in": units}) if units else NOTHING


def _scoped(right: str, field: str) -> Seen:
    return lambda user: in_scope(user, right, field)


def _figures(user: User) -> Q:
    """Figures of units and firms in scope and of the city; survey figures of single firms to statistics staff only."""
    found = reach(user)
    if not found.any("figures.see"):
        return NOTHING
    city = Q(subject__unit__kind=Unit.Kind.CITY)
    units, firms = Q(subject__noun=Subject.Noun.UNIT), Q(subject__noun=Subject.Noun.ENTERPRISE)
    open_ones = ~Q(origin=Fact.Origin.SURVEY)
    if "figures.see" not in found.whole:
        scope = found.at("figures.see")
        units &= Q(subject_id__in=scope) | city
        firms &= Q(subject__enterprise__unit__in=scope)
    if "survey.see" in found.whole:
        return EVERYTHING if "figures.see" in found.whole else units | firms
    surveyed = Q(subject__enterprise__unit__in=found.at("survey.see"))
    return units | (firms & (open_ones | surveyed))


def _units(user: User) -> Q:
    """Units in scope, and the city they are compared with."""
    condition = in_scope(user, "units.see", "pk")
    return condition if condition in (EVERYTHING, NOTHING) else condition | Q(kind=Unit.Kind.CITY)


def _trail(user: User) -> Q:
    """What happened to records in scope; about people only to whoever manages them."""
    found = reach(user)
    if not found.any("figures.see"):
        return Q(noun__in=["person", "grant", "pack"]) if found.any("people.manage") else NOTHING
    records = ~Q(noun__in=["person", "grant"])
    if "figures.see" in found.whole:
        return records
    scope = found.at("figures.see")
    firms = Enterprise.objects.filter(unit__in=scope).values("pk")
    return records & (Q(subject__in=scope) | Q(subject__in=firms))


def _sheets(user: User) -> Q:
    found = reach(user)
    if "batch.see" in found.whole:
        return EVERYTHING
    return Q(batch__unit__in=found.at("batch.see"))


def _uncertain(user: User) -> Q:
    found = reach(user)
    if "firms.judge" in found.whole:
        return EVERYTHING
    return Q(batch__in=Batch.objects.filter(unit__in=found.at("firms.judge")).values("pk"))


def _files(user: User) -> Q:
    found = reach(user)
    if "batch.see" in found.whole:
        return EVERYTHING
    mine = BatchSheet.objects.filter(batch__unit__in=found.at("batch.see"))
    return Q(pk__in=mine.values("file")) if found.any("batch.see") else NOTHING


_SEEN: dict[type[Model], Seen] = {
    Unit: _units,
    UnitPlace: _scoped("units.see", "unit"),
    Enterprise: _scoped("firms.see", "unit"),
    EnterpriseName: _scoped("firms.see", "enterprise__unit"),
    Qualification: _scoped("firms.see", "enterprise__unit"),
    Uncertain: _uncertain,
    Verdict: _scoped("firms.judge", "enterprise__unit"),
    Measure: _held("definitions.see"),
    Scope: _held("definitions.see"),
    InstalledPack: _held("definitions.see"),
    Fact: _figures,
    Return: _scoped("returns.see", "unit"),
    Batch: _scoped("batch.see", "unit"),
    BatchSheet: _sheets,
    StoredFile: _files,
    SheetMemory: _held("batch.load"),
    TrailEntry: _trail,
    Grant: _held("people.see"),
    User: lambda user: EVERYTHING if reach(user).any("people.see") else Q(pk=user.pk),
    SignIn: _held("people.see"),
}


def visible_to(model: type[M], user: User) -> QuerySet[M]:
    """Return the records of `model` that `user` may see; raises KeyError for a model nobody decided about."""
    condition = _SEEN[model](user)
    manager: Any = model._default_manager
    if condition is NOTHING:
        return manager.none()
    return manager.filter(condition) if condition else manager.all()


def units_with_figures(user: User) -> QuerySet[Unit]:
    """Return the units whose figures `user` may see, and the city where they see any.

    Seeing that a unit stands in the tree is another right: what is worked out from figures asks here.
    """
    found = reach(user)
    if "figures.see" in found.whole:
        return Unit.objects.all()
    scope = found.at("figures.see")
    return Unit.objects.filter(Q(pk__in=scope) | Q(kind=Unit.Kind.CITY)) if scope else Unit.objects.none()


def decided_models() -> frozenset[type[Model]]:
    """Return the models about whose visibility somebody decided."""
    return frozenset(_SEEN)
