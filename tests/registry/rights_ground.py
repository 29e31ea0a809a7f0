"""The ground of the rights' tests: a zone with records in each part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.utils import timezone
from tests.web.sample import Zone, new_firm, new_unit, new_zone

from qipan.domains.health.models import DailyCount, Explanation, Finding, Run
from qipan.platform.models import Batch, StoredFile, TrailEntry
from qipan.platform.records.models import Attachment, Note, Notice, Watch
from qipan.registry.models import Enterprise, Fact, Measure, Unit, UnitPlace, UnitSuccession


def _fact(measure: Measure, subject: int, batch: Batch, origin: int = Fact.Origin.RECORD) -> Fact:
    return Fact.objects.create(
        subject_id=subject, measure=measure, period=202610, basis=1, value=1, batch=batch.pk, origin=origin
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What the records stand on."""

    zone: Zone
    east: Enterprise
    west: Enterprise
    measure: Measure
    survey: Measure
    batches: dict[str, Batch]


def new_ground() -> Ground:
    zone = new_zone()
    common = {"unit": "亿元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}
    batches = {
        name: Batch.objects.create(state="committed", name=name, unit=unit, by_name="x")
        for name, unit in (("east", zone.east.pk), ("west", zone.west.pk), ("none", None))
    }
    return Ground(
        zone,
        new_firm("东方", zone.east),
        new_firm("西方", zone.west),
        Measure.objects.create(code="m", pack="p", version="1", **common),
        Measure.objects.create(code="s", pack="p", version="1", **common),
        batches,
    )


def closed_park(zone: Zone) -> dict[str, Model]:
    """A park of the west that was closed, in which units it goes on, and one that is said so no more."""
    day = date(2020, 1, 1)
    old = new_unit("old", "老西园", "park", zone.zone)
    Unit.objects.filter(pk=old.pk).update(closed=day)
    UnitPlace.objects.filter(unit=old).update(until=day)
    other = new_unit("other", "西二园", "park", zone.zone)
    goes_on = {"former": old, "day": day}
    return {
        "closed park of the west": old,
        "place of the closed park": UnitPlace.objects.get(unit=old),
        "what the closed park goes on in": UnitSuccession.objects.create(**goes_on, later=zone.west),
        "what a park of the west gave to the east": UnitSuccession.objects.create(**goes_on, later=zone.east),
        "what no longer holds of the east": UnitSuccession.objects.create(
            former=other, day=day, later=zone.east, stands=False
        ),
    }


def figures(on: Ground) -> dict[str, Model]:
    survey = Fact.Origin.SURVEY
    return {
        "figure of the city": _fact(on.measure, on.zone.city.pk, on.batches["none"]),
        "figure of the zone": _fact(on.measure, on.zone.zone.pk, on.batches["none"]),
        "figure of the east": _fact(on.measure, on.zone.east.pk, on.batches["east"]),
        "figure of the west": _fact(on.measure, on.zone.west.pk, on.batches["west"]),
        "record of a firm in the east": _fact(on.measure, on.east.pk, on.batches["east"]),
        "record of a firm in the west": _fact(on.measure, on.west.pk, on.batches["west"]),
        "survey of a firm in the east": _fact(on.survey, on.east.pk, on.batches["east"], survey),
        "survey of a firm in the west": _fact(on.survey, on.west.pk, on.batches["west"], survey),
    }


def findings(on: Ground) -> dict[str, Model]:
    now, east, west = timezone.now(), on.zone.east.pk, on.zone.west.pk

    def finding(subject: int, unit: int | None, *, secret: bool = False) -> Finding:
        return Finding.objects.create(
            code="c", subject=subject, thing=str(secret), rank=0, unit=unit, secret=secret, opened=now, seen=now
        )

    def said(noun: str, subject: int) -> TrailEntry:
        return TrailEntry.objects.create(actor_name="x", action="health.ignore", noun=noun, subject=subject)

    day = timezone.localdate()
    return {
        "finding in the east": finding(on.east.pk, east),
        "finding in the west": finding(on.west.pk, west),
        "finding of no unit": finding(0, None),
        "finding in a survey in the east": finding(on.east.pk, east, secret=True),
        "finding in a survey in the west": finding(on.west.pk, west, secret=True),
        "count of a survey in the east": DailyCount.objects.create(code="c", unit=east, secret=True, day=day, open=1),
        "count of the west": DailyCount.objects.create(code="c", unit=west, day=day, open=1),
        "explanation in the west": Explanation.objects.create(
            code="c", subject=west, thing="m", unit=west, share=0.1, kind="enclave", reason="x", by_name="x"
        ),
        "look": Run.objects.create(change=1, day=day, definitions="x"),
        "what was said of a finding in the west": said("finding", on.west.pk),
        "what was said of a survey finding in the east": said("survey_finding", on.east.pk),
    }


def attached(on: Ground, file: StoredFile) -> dict[str, Model]:
    at = {"east": {"screen": "firms", "record": on.east.pk}, "west": {"screen": "firms", "record": on.west.pk}}
    zone = on.zone
    found: dict[str, Model] = {}
    for side, place in at.items():
        found[f"note at the {side} firm"] = Note.objects.create(**place, text="x", by_name="x")
        found[f"attachment at the {side} firm"] = Attachment.objects.create(**place, file=file, name="x", by_name="x")
    return {
        **found,
        "watch of the leader": Watch.objects.create(**at["west"], user=zone.leader),
        "watch of the park manager in the west": Watch.objects.create(**at["west"], user=zone.park),
        "watch of the park manager in the east": Watch.objects.create(**at["east"], user=zone.park),
        "notice of the leader": Notice.objects.create(**at["west"], user=zone.leader, kind="note", by_name="x"),
        "notice of the park manager about the east": Notice.objects.create(
            **at["east"], user=zone.park, kind="note", by_name="x"
        ),
        "notice of the park manager about the west": Notice.objects.create(
            **at["west"], user=zone.park, kind="note", by_name="x"
        ),
    }
