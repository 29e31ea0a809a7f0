"""Reads of the registry: every list, count, search, export and page goes through `visible_to`."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model, Q, QuerySet

from qipan.platform.models import (
    Batch,
    BatchSheet,
    InstalledPack,
    RecentSearch,
    SheetMemory,
    SignIn,
    StoredFile,
    TrailEntry,
    User,
)
from qipan.platform.visible import EVERYTHING, NOTHING, Seen, decided_models, sees, visible_to
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

__all__ = ["decided_models", "held", "in_scope", "scoped", "units_with_figures", "visible_to"]


def held(right: str) -> Seen:
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


def scoped(right: str, field: str) -> Seen:
    """Records whose unit, found in `field`, lies where the person holds `right`."""
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


_SEEN: Mapping[type[Model], Seen] = {
    Unit: _units,
    UnitPlace: scoped("units.see", "unit"),
    Enterprise: scoped("firms.see", "unit"),
    EnterpriseName: scoped("firms.see", "enterprise__unit"),
    Qualification: scoped("firms.see", "enterprise__unit"),
    Uncertain: _uncertain,
    Verdict: scoped("firms.judge", "enterprise__unit"),
    Measure: held("definitions.see"),
    Scope: held("definitions.see"),
    InstalledPack: held("definitions.see"),
    Fact: _figures,
    Return: scoped("returns.see", "unit"),
    Batch: scoped("batch.see", "unit"),
    BatchSheet: _sheets,
    StoredFile: _files,
    SheetMemory: held("batch.load"),
    TrailEntry: _trail,
    Grant: held("people.see"),
    User: lambda user: EVERYTHING if reach(user).any("people.see") else Q(pk=user.pk),
    SignIn: held("people.see"),
    RecentSearch: lambda user: Q(user=user.pk) if user.pk is not None else NOTHING,
}


for _model, _decision in _SEEN.items():
    sees(_model, _decision)


def units_with_figures(user: User) -> QuerySet[Unit]:
    """Return the units whose figures `user` may see, and the city where they see any.

    Seeing that a unit stands in the tree is another right: what is worked out from figures asks here.
    """
    found = reach(user)
    if "figures.see" in found.whole:
        return Unit.objects.all()
    scope = found.at("figures.see")
    return Unit.objects.filter(Q(pk__in=scope) | Q(kind=Unit.Kind.CITY)) if scope else Unit.objects.none()
