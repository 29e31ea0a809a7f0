"""What people say about findings: let be until a day, explained, a unit asked to mend it. All of it in the trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from qipan.domains.health.keeping import share_of
from qipan.domains.health.models import Explanation, Finding
from qipan.domains.health.rights import SETTLE
from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.definitions import resolved
from qipan.platform.rights import units_of
from qipan.platform.visible import visible_to
from qipan.registry.models import Unit

LONGEST = timedelta(days=366)  # nothing is let be for ever: a year later somebody looks again
AT_ONCE = 5_000


def _theirs(act: Act, numbers: Sequence[int]) -> list[Finding]:
    """Return the findings that are open and the actor's to mend; raises Stopped where one is not."""
    if len(numbers) > AT_ONCE:
        raise Stopped(Problem.of("health.too-many", count=len(numbers), most=AT_ONCE))
    found: list[Finding] = []
    for start in range(0, len(numbers), 500):
        found += _mendable(act).filter(pk__in=numbers[start : start + 500])
    if not found or len(found) < len(set(numbers)):
        raise Stopped(Problem.of("health.not-there", count=len(set(numbers)) - len(found)))
    return found


def _mendable(act: Act) -> QuerySet[Finding]:
    seen = Finding.objects.all() if act.actor.user is None else visible_to(Finding, act.actor.user)
    units = units_of(act.actor, SETTLE)
    return seen.filter(closed__isnull=True) if units is None else seen.filter(closed__isnull=True, unit__in=units)


def _noted(act: Act, findings: Iterable[Finding], field: str, before: object, after: object) -> None:
    """Leave a line for each; those about survey figures under a noun of their own, which statistics staff read."""
    for finding in findings:
        noun = "survey_finding" if finding.secret else "finding"
        which = {"check": finding.code, "thing": finding.thing, "at": finding.period}
        old = str(getattr(finding, field)) if before is None and getattr(finding, field) else before
        act.changed(noun, finding.subject, {**which, field: old}, {**which, field: after})


def _reason(act: Act) -> str:
    reason = act.reason.strip()
    if not reason:
        raise Stopped(Problem.of("health.no-reason"))
    return reason


@action("health.ignore", right=SETTLE, zh="忽略体检问题", en="Ignore findings")
def ignore(act: Act, numbers: Sequence[int], until: date, *, reason: str) -> int:
    """Leave the findings out of what is open until the day `until`, when they count again; returns how many."""
    del reason  # the Act carries it
    said, today = _reason(act), timezone.localdate()
    if not today < until <= today + LONGEST:
        raise Stopped(Problem.of("health.until", until=until.isoformat(), latest=(today + LONGEST).isoformat()))
    findings = _theirs(act, numbers)
    _noted(act, findings, "ignored_until", None, until.isoformat())
    for start in range(0, len(findings), 500):
        Finding.objects.filter(pk__in=[one.pk for one in findings[start : start + 500]]).update(
            ignored_until=until, ignored_reason=said, ignored_by=act.actor.name
        )
    return len(findings)


@action("health.heed", right=SETTLE, zh="恢复体检问题", en="Let findings count again")
def heed(act: Act, numbers: Sequence[int]) -> int:
    """Leave the findings counting again, whatever was said about letting them be or explaining them."""
    findings = _theirs(act, numbers)
    _noted(act, [one for one in findings if one.ignored_until], "ignored_until", None, None)
    explained = [one for one in findings if one.explanation_id]
    for one in explained:
        act.changed("finding", one.subject, {"explained": True, "check": one.code}, {"explained": False})
    Explanation.objects.filter(pk__in=[one.explanation_id for one in explained]).delete()
    Finding.objects.filter(pk__in=[one.pk for one in findings]).update(
        ignored_until=None, ignored_reason="", ignored_by="", explanation=None
    )
    return len(findings)


@action("health.explain", right=SETTLE, zh="说明余数", en="Explain a rest")
def explain(act: Act, number: int, kind: str, *, reason: str) -> Explanation:
    """Leave the rest of a sum explained; the explanation holds until the rest's share of the whole changes."""
    del reason
    said = _reason(act)
    finding = _theirs(act, [number])[0]
    check = resolved().health.get(finding.code)
    if check is None or check.detector != "residual":
        raise Stopped(Problem.of("health.nothing-to-explain"))
    if kind not in Explanation.Kind.values:
        raise Stopped(Problem.of("health.explanation-kind"))
    kept, _new = Explanation.objects.update_or_create(
        code=finding.code,
        subject=finding.subject,
        thing=finding.thing,
        defaults={
            "unit": finding.unit, "share": share_of(finding), "kind": kind, "reason": said, "by_name": act.actor.name,
            "at": timezone.now(),
        },
    )  # fmt: skip
    Finding.objects.filter(pk=finding.pk).update(explanation=kept)
    which = {"check": finding.code, "thing": finding.thing, "at": finding.period}
    act.changed("finding", finding.subject, {**which, "explained": False}, {**which, "explained": True})
    return kept


@action("health.assign", right=SETTLE, zh="分派体检问题", en="Ask a unit to mend findings")
def assign(act: Act, numbers: Sequence[int], unit: int | None) -> int:
    """Leave the findings assigned to a unit the actor sees (None: to nobody); returns how many."""
    if unit is not None:
        seen = Unit.objects.all() if act.actor.user is None else visible_to(Unit, act.actor.user)
        if not seen.filter(pk=unit, closed__isnull=True).exclude(kind=Unit.Kind.CITY).exists():
            raise Stopped(Problem.of("health.no-such-unit"))
    findings = _theirs(act, numbers)
    names = dict(Unit.objects.filter(pk__in=[unit, *(one.assigned for one in findings)]).values_list("pk", "name"))
    for finding in findings:
        noun = "survey_finding" if finding.secret else "finding"
        before, after = names.get(finding.assigned or 0), names.get(unit or 0)
        act.changed(noun, finding.subject, {"assigned": before, "check": finding.code}, {"assigned": after})
    Finding.objects.filter(pk__in=[one.pk for one in findings]).update(assigned=unit)
    return len(findings)
