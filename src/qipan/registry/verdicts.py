"""What a person says of a firm that nobody could tell for certain (判定): remembered for every later file."""

from __future__ import annotations

from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Outcome, Stopped, action
from qipan.platform.models import Batch
from qipan.platform.rights import Actor, Refused, units_of
from qipan.registry.models import Enterprise, Subject, Uncertain, Verdict

RIGHT = "firms.judge"


def judge(actor: Actor, question: int, *, same_as: int | None, reason: str = "") -> Outcome[Verdict]:
    """Leave question `question` decided: the row means the firm `same_as`, or (None) a firm of its own.

    A firm of its own is registered at once with its name and code; its other fields come when the file is loaded again.
    The right is asked for at the unit the file was loaded for.
    """
    batch = Uncertain.objects.filter(pk=question).values_list("batch", flat=True).first()
    unit = Batch.objects.filter(pk=batch).values_list("unit", flat=True).first()
    if unit is None and units_of(actor, RIGHT) is not None:
        raise Refused(RIGHT)
    return _judge(actor, question, same_as=same_as, home=unit, at_unit=unit, reason=reason)


@action("firms.judge", right=RIGHT, zh="判定企业", en="Decide which firm is meant")
def _judge(
    act: Act, question: int, *, same_as: int | None, home: int | None, at_unit: int | None, reason: str = ""
) -> Verdict:
    del at_unit, reason  # read by the decorator
    asked = Uncertain.objects.filter(pk=question, decided__isnull=True).first()
    if asked is None:
        raise Stopped(Problem.of("registry.nothing-to-judge", number=question))
    if same_as is None:
        firm = _registered(act, asked, home)
    else:
        mine = units_of(act.actor, RIGHT)
        found = Enterprise.objects.filter(pk=same_as).first()
        if found is not None and mine is not None and found.unit_id not in mine:
            found = None
        if found is None:
            raise Stopped(Problem.of("registry.no-such-firm", number=same_as))
        firm = found
    verdict, _ = Verdict.objects.update_or_create(
        name_key=asked.name_key,
        uscc=asked.uscc,
        defaults={"enterprise": firm, "by_name": act.actor.name, "at": timezone.now()},
    )
    waiting = Uncertain.objects.filter(name_key=asked.name_key, uscc=asked.uscc, decided__isnull=True)
    waiting.update(decided=timezone.now())
    said = "own" if same_as is None else "same"
    act.changed("verdict", firm.pk, None, {"name": asked.name, "uscc": asked.uscc, "firm": firm.name, "said": said})
    return verdict


def _registered(act: Act, asked: Uncertain, home: int | None) -> Enterprise:
    """Return the firm `asked` is about, registered anew."""
    held = Enterprise.objects.filter(uscc=asked.uscc).first() if asked.uscc else None
    if held is not None:
        raise Stopped(Problem.of("registry.code-taken", code=asked.uscc, name=held.name))
    subject = Subject.objects.create(noun=Subject.Noun.ENTERPRISE)
    firm = Enterprise.objects.create(
        subject=subject, unit_id=home, uscc=asked.uscc or None, name=asked.name, name_key=asked.name_key
    )
    act.changed("enterprise", firm.pk, None, {"name": firm.name, "uscc": firm.uscc})
    return firm
