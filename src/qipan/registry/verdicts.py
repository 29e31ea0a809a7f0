"""What a person says of a firm that nobody could tell for certain (判定): remembered for every later file."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model
from django.utils import timezone

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Outcome, Stopped, action
from qipan.platform.models import Batch, TrailEntry
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


def withdraw(actor: Actor, number: int, *, reason: str = "") -> Outcome[str]:
    """Leave verdict `number` forgotten and its questions open again; returns the name it was about.

    A firm that the verdict registered goes with it, and where anything was built on that firm meanwhile the verdict
    stays. What files brought while it held is not taken back: their batches can be undone. The right is asked for at
    the firm's unit.
    """
    unit = Verdict.objects.filter(pk=number).values_list("enterprise__unit", flat=True).first()
    if unit is None and units_of(actor, RIGHT) is not None:
        raise Refused(RIGHT)
    return _withdraw(actor, number, at_unit=unit, reason=reason)


@action("firms.withdraw", right=RIGHT, zh="撤回判定", en="Take back a decision")
def _withdraw(act: Act, number: int, *, at_unit: int | None, reason: str = "") -> str:
    del at_unit, reason  # read by the decorator
    verdict = Verdict.objects.select_for_update(of=("self",)).select_related("enterprise").filter(pk=number).first()
    if verdict is None:
        raise Stopped(Problem.of("registry.no-such-verdict", number=number))
    firm, uscc = verdict.enterprise, verdict.uscc
    waiting = Uncertain.objects.filter(name_key=verdict.name_key, uscc=uscc, decided__isnull=False)
    name = waiting.order_by("-pk").values_list("name", flat=True).first() or verdict.name_key
    own = verdict.pk in registering([verdict])
    verdict.delete()
    if firm is not None and own:
        _removed(act, firm)
    waiting.update(decided=None)
    told = {"name": name, "uscc": uscc, "firm": firm.name if firm else "", "said": "own" if own else "same"}
    act.changed("verdict", firm.pk if firm else None, told, None)
    return name


def registering(verdicts: Sequence[Verdict]) -> frozenset[int]:
    """Return those of `verdicts` by which their firm came into the registry."""
    firms = {verdict.enterprise_id for verdict in verdicts if verdict.enterprise_id is not None}
    born = TrailEntry.objects.filter(action="firms.judge", noun="enterprise", subject__in=firms, before__isnull=True)
    codes = {(entry.subject, (entry.after or {}).get("uscc")) for entry in born}
    return frozenset(
        verdict.pk
        for verdict in verdicts
        if verdict.enterprise is not None
        and verdict.enterprise.name_key == verdict.name_key
        and (verdict.enterprise_id, verdict.uscc or None) in codes
    )


def _removed(act: Act, firm: Enterprise) -> None:
    """Leave `firm` out of the registry; stops where anything hangs on it or was added to it."""
    standing = {"subject", "unit", "uscc", "name", "name_key", "version"}
    fields = [field.name for field in Enterprise._meta.concrete_fields if field.name not in standing]
    filled = any(getattr(firm, name) not in (None, "", {}) for name in fields)
    if filled or _pointed_at(firm) or _pointed_at(firm.subject, but=Enterprise):
        raise Stopped(Problem.of("registry.verdict-built-on", name=firm.name))
    key, subject = firm.pk, firm.subject
    act.changed("enterprise", key, {"name": firm.name, "uscc": firm.uscc}, None)
    firm.delete()
    subject.delete()


def _pointed_at(record: Model, *, but: type[Model] | None = None) -> bool:
    """Tell whether any record of another noun points at `record`."""
    for relation in record._meta.related_objects:
        model = relation.related_model
        if model is but or isinstance(model, str):
            continue
        if model._default_manager.filter(**{relation.field.name: record.pk}).exists():
            return True
    return False
