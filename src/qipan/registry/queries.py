"""Reads of the registry: every list, count, search, export and page goes through `visible_to`."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from qipan.platform.models import (
    Batch,
    BatchSheet,
    ImportDraft,
    InstalledPack,
    RecentSearch,
    SheetMemory,
    SignIn,
    StoredFile,
    TrailEntry,
    User,
    ValueMemory,
)
from qipan.platform.records.seen import of_seen_records
from qipan.platform.saved.models import ChosenColumns, SavedView
from qipan.platform.storage.among import among
from qipan.platform.visible import EVERYTHING, NOTHING, Seen, decided_models, sees, visible_to
from qipan.registry.disclosed import closed_to
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
    UnitSuccession,
    Verdict,
)
from qipan.registry.rights import in_force_on, reach

__all__ = [
    "decided_models", "held", "held_today", "in_scope", "readable_values", "scoped", "units_with_figures", "visible_to",
]  # fmt: skip

# What the trail calls what is about a unit, and what is about a firm.
UNIT_NOUNS = ("unit", "return", "batch")
FIRM_NOUNS = ("enterprise", "verdict")
# What is said of findings is said of units and of firms; of a firm's survey figures, to statistics staff only.
SURVEY_FINDING = "survey_finding"
FINDING_NOUNS = ("finding", SURVEY_FINDING)


def held(right: str) -> Seen:
    """Everything to whoever holds `right` anywhere, else nothing."""
    return lambda user: EVERYTHING if reach(user).any(right) else NOTHING


def in_scope(user: User, right: str, field: str, firm: str = "") -> Q:
    """Return the condition that the unit in `field` lies where `user` holds `right`.

    Who holds it for the whole zone also sees what has no unit yet. Where `firm` names the field of the firm a record
    is about, a person of that enterprise sees it too.
    """
    found = reach(user)
    if right in found.whole:
        return EVERYTHING
    units, firms = found.at(right), found.own(right) if firm else frozenset[int]()
    condition = Q(**{f"{field}__in": units}) if units else Q()
    if firms:
        condition |= Q(**{f"{firm}__in": firms})
    return condition if units or firms else NOTHING


def scoped(right: str, field: str, firm: str = "") -> Seen:
    """Records whose unit, found in `field`, lies where the person holds `right`, or whose `firm` is theirs."""
    return lambda user: in_scope(user, right, field, firm)


def _figures(user: User) -> Q:
    """Figures of units and firms in scope and of the city.

    Survey figures of single firms, and sums out of which one could be read, open to statistics staff only.
    """
    found = reach(user)
    if not found.any("figures.see"):
        return NOTHING
    own = Q(subject_id__in=found.own("figures.see")) & ~Q(origin=Fact.Origin.SURVEY)
    if not found.in_units("figures.see"):
        return own
    city = Q(subject__unit__kind=Unit.Kind.CITY)
    units, firms = Q(subject__noun=Subject.Noun.UNIT), Q(subject__noun=Subject.Noun.ENTERPRISE)
    open_ones = ~Q(origin=Fact.Origin.SURVEY)
    if "figures.see" not in found.whole:
        scope = found.at("figures.see")
        units &= Q(subject_id__in=scope) | city
        firms &= Q(subject__enterprise__unit__in=scope)
    if "survey.see" in found.whole:
        return EVERYTHING if "figures.see" in found.whole else units | firms | own
    if shut := closed_to(user):
        units &= ~Q(pk__in=among(sorted(shut)))
    surveyed = Q(subject__enterprise__unit__in=found.at("survey.see"))
    return units | (firms & (open_ones | surveyed)) | own


def _units(user: User) -> Q:
    """Units in scope, and the city they are compared with."""
    condition = in_scope(user, "units.see", "pk")
    return condition if condition in (EVERYTHING, NOTHING) else condition | Q(kind=Unit.Kind.CITY)


def _successions(user: User) -> Q:
    """What went on in what, where either unit is in scope; whoever names the other asks whether it may be seen."""
    mine = in_scope(user, "units.see", "former") | in_scope(user, "units.see", "later")
    return mine & Q(stands=True)


# What the trail says of people, rights and definitions is no record of a unit.
ADMINISTRATION = ("person", "grant", "pack", "setting", "session", "token", "webhook")


def _trail(user: User) -> Q:
    """What happened to records in scope; everything to whoever sees the whole trail."""
    found = reach(user)
    if found.any("trail.whole"):
        return EVERYTHING
    if not found.in_units("trail.see"):
        return NOTHING
    records = ~Q(noun__in=ADMINISTRATION)
    if "survey.see" not in found.whole:
        records &= ~Q(noun=SURVEY_FINDING)
    if "trail.see" in found.whole:
        return records
    scope = found.at("trail.see")
    firms = Enterprise.objects.filter(unit__in=scope).values("pk")
    # A subject's number means a unit or a firm only under their own nouns: elsewhere it is another table's key.
    own = Q(noun__in=(*UNIT_NOUNS, *FINDING_NOUNS), subject__in=scope)
    own |= Q(noun__in=(*FIRM_NOUNS, *FINDING_NOUNS), subject__in=firms)
    return records & (own | of_seen_records(user, name="noun", key="subject", tables=True))


def readable_values(user: User) -> QuerySet[TrailEntry]:
    """Return the entries whose values `user` may read: of administration, and of records they see themselves.

    Who sees the whole trail but no records reads that something changed, and not from what to what.
    """
    seen, found = visible_to(TrailEntry, user), reach(user)
    if "figures.see" in found.whole:
        return seen
    scope = found.at("figures.see")
    firms = Enterprise.objects.filter(unit__in=scope).values("pk")
    return seen.filter(Q(noun__in=ADMINISTRATION) | Q(subject__in=scope) | Q(subject__in=firms))


def _grants(user: User) -> Q:
    """All to whoever sees grants, and everybody's own."""
    return EVERYTHING if reach(user).any("grants.see") else Q(user=user.pk) if user.pk else NOTHING


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


def _drafts(user: User) -> Q:
    """Loads on their way for units the person loads for, their own among them; `originals` says who may open which."""
    found = reach(user)
    if "batch.load" in found.whole:
        return EVERYTHING
    units = found.at("batch.load")
    return Q(unit__in=units) if units else NOTHING


def _views(user: User) -> Q:
    """A person's own views, and those shared with everybody, or with those of their unit and role."""
    own = Q(owner=user.pk)
    units = frozenset[int]().union(*reach(user).units.values())
    if not units:
        return own
    today = timezone.localdate()
    grants = Grant.objects.filter(in_force_on(today), user=user)
    here = Q(unit__isnull=True) | Q(unit__in=units)
    return own | (Q(shared=True) & here & (Q(role="") | Q(role__in=grants.values("role"))))


_SEEN: Mapping[type[Model], Seen] = {
    Unit: _units,
    UnitPlace: scoped("units.see", "unit"),
    UnitSuccession: _successions,
    Enterprise: scoped("firms.see", "unit", "pk"),
    EnterpriseName: scoped("firms.see", "enterprise__unit", "enterprise"),
    Qualification: scoped("firms.see", "enterprise__unit", "enterprise"),
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
    ValueMemory: held("batch.load"),
    ImportDraft: _drafts,
    TrailEntry: _trail,
    Grant: _grants,
    User: lambda user: EVERYTHING if reach(user).any("people.see") else Q(pk=user.pk),
    SignIn: held("people.see"),
    RecentSearch: lambda user: Q(user=user.pk) if user.pk is not None else NOTHING,
    SavedView: _views,
    ChosenColumns: lambda user: Q(owner=user.pk),
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


def held_today(user: User) -> QuerySet[Qualification]:
    """Return the titles in force today among those `user` may see; one without an end is in force."""
    return visible_to(Qualification, user).filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()))
