"""Findings as the page lists them: words, the doors to subject and figure, the cell it came from, what can be done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from openpyxl.utils import get_column_letter

from qipan.domains.economy.shapes import Address
from qipan.domains.health.models import Finding
from qipan.domains.health.words import Said, compared, period_name, say
from qipan.engine.periods import BASES
from qipan.packs import HealthCheck, Reference, Resolved
from qipan.platform.models import BatchSheet, User
from qipan.platform.rights import may, person
from qipan.platform.screens import screen_of
from qipan.registry.models import Enterprise, Fact, Unit
from qipan.registry.queries import visible_to
from qipan.web import addresses, labels
from qipan.web.language import short

RANK_NAMES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Place:
    """The cell a figure came from, as a person finds it."""

    text: str
    batch: int


@dataclass(frozen=True, slots=True)
class Number:
    """A figure that a condition compared, with the way to its source."""

    name: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as it is listed."""

    finding: Finding
    check: HealthCheck | None
    said: Said
    severity: str
    subject: str
    subject_door: str
    period: str
    why: str
    numbers: tuple[Number, ...]
    place: Place | None
    ledger: str
    assigned: str
    days: int

    @property
    def name(self) -> str:
        """What the check is called."""
        return self.check.names.text(short()) if self.check else "—"

    @property
    def ignored(self) -> bool:
        """Whether it is let be today."""
        until = self.finding.ignored_until
        return until is not None and until > timezone.localdate()


def door(name: str, *args: object) -> str:
    """Return an address by its name; empty where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def subject_names(user: User, subjects: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return name and address of units and firms as far as `user` may see them."""
    wanted = {*subjects}
    found = {unit.pk: (labels.unit(unit), "") for unit in visible_to(Unit, user).filter(pk__in=wanted)}
    firms = visible_to(Enterprise, user).filter(pk__in=wanted - found.keys()).values_list("pk", "name")
    return found | {key: (name, reverse("web:firm", args=[key])) for key, name in firms}


def lines(user: User, resolved: Resolved, findings: Iterable[Finding]) -> list[Line]:
    """Return the findings as lines; a handful of queries however many they are."""
    listed = list(findings)
    others = {int(detail["first"]) for one in listed if "first" in (detail := json.loads(one.detail))}
    subjects = {one.subject for one in listed}
    names = subject_names(user, subjects | others | {one.assigned for one in listed if one.assigned})
    places = _places(user, {one.fact for one in listed if one.fact})
    today = timezone.localdate()
    return [_line(resolved, one, names, places, today) for one in listed]


def _line(
    resolved: Resolved,
    finding: Finding,
    names: Mapping[int, tuple[str, str]],
    places: Mapping[int, Place],
    today: date,
) -> Line:
    check = resolved.health.get(finding.code)
    subject, subject_door = names.get(finding.subject, ("—", ""))
    detail: dict[str, Any] = json.loads(finding.detail)
    condition = check is not None and check.detector == "condition"
    return Line(
        finding=finding,
        check=check,
        said=say(resolved, check, finding, {key: name for key, (name, _) in names.items()}),
        severity=RANK_NAMES[finding.rank],
        subject=subject,
        subject_door=subject_door,
        period=period_name(resolved, finding.thing, finding.period),
        why=why_address(resolved, finding.subject, finding.thing, finding.period) if finding.fact else "",
        numbers=_numbers(resolved, finding, detail) if condition else (),
        place=places.get(finding.fact or 0),
        ledger=labels.ledger(finding.ledger),
        assigned=names.get(finding.assigned or 0, ("", ""))[0],
        days=(today - timezone.localtime(finding.opened).date()).days,
    )


def why_address(resolved: Resolved, subject: int, code: str, period: int) -> str:
    """Return where it is told why a figure is what it is; empty for what is no figure."""
    measure = resolved.measures.get(code)
    if measure is None or not period:
        return ""
    return addresses.why(Address(subject, code, period, basis=BASES[measure.basis]))


def _numbers(resolved: Resolved, finding: Finding, detail: dict[str, Any]) -> tuple[Number, ...]:
    found: list[Number] = []
    for reference, name, text in compared(resolved, detail):
        period = _period_of(reference, finding.period)
        why = why_address(resolved, finding.subject, reference.code, period) if text[:1] != "—" else ""
        found.append(Number(name, text, why if reference.at != "target" else ""))
    return tuple(found)


def _period_of(reference: Reference, period: int) -> int:
    match reference.at:
        case "year_before":
            return period - 100
        case "year_end_before":
            return (period // 100 - 1) * 100 + 12
        case _:
            return period


def _places(user: User, facts: set[int]) -> dict[int, Place]:
    """Return the cells of facts the person may see, in batches they may see."""
    seen = visible_to(Fact, user).filter(pk__in=facts, row__isnull=False, column__isnull=False)
    rows = list(seen.values_list("pk", "batch", "sheet", "row", "column"))
    sheets = {
        (sheet.batch_id, sheet.number): sheet
        for sheet in visible_to(BatchSheet, user).filter(batch__in={row[1] for row in rows})
    }
    found: dict[int, Place] = {}
    for fact, batch, number, row, column in rows:
        sheet = sheets.get((batch, number))
        if sheet is not None:
            cell = f"{get_column_letter(column + 1)}{row}"
            found[fact] = Place(" › ".join((sheet.file_name.rpartition("/")[2], sheet.sheet, cell)), batch)
    return found


def ways(user: User, line: Line) -> list[tuple[str, str]]:
    """Return where the finding can be mended by `user`: a name for what is done there, and the address."""
    asker, unit = person(user), line.finding.unit
    found: list[tuple[str, str]] = []
    if line.check is not None and line.check.about == "enterprise" and line.subject_door:
        found.append(("firm", line.subject_door))
        firms = screen_of("firms")
        if firms is not None and firms.edit and may(asker, firms.edit, unit):
            found.append(("edit", door("web:record-edit", "firms", line.finding.subject)))
    if line.finding.thing and may(asker, "batch.load", unit):
        found.append(("load", door("web:load")))
    return [(name, address) for name, address in found if address]
