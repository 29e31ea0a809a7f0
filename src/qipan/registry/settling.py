"""What follows from a firm or a unit that was filled in or changed: names as compared, former ones, places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from qipan.engine.codes import code_problem
from qipan.engine.codes.repair import tidy
from qipan.engine.problem import Problem, Severity, Where
from qipan.engine.resolve import name_key
from qipan.platform.action import Act
from qipan.registry.loading.unit_places import ALWAYS
from qipan.registry.models import Enterprise, EnterpriseName, Unit, UnitPlace, UnitSuccession


def settle_firm(act: Act, firm: Any, before: Mapping[str, Any]) -> Sequence[Problem]:
    """Leave the firm with its compared name, its code as it is kept, and the name it had until now among the former.

    A code that cannot be right is an error here: who fills in a form can look at the licence again.
    """
    assert isinstance(firm, Enterprise)  # noqa: S101 - the screen of firms calls it
    fresh = firm._state.adding
    found: list[Problem] = []
    firm.name_key = name_key(firm.name)
    if not firm.name_key:
        found.append(Problem.of("registry.no-name", where=Where(column="name"), name=firm.name))
    if firm.uscc and (fresh or "uscc" in before):
        found += _code(firm)
    if "name" in before and not fresh and before["name"]:
        _remember(act, firm, str(before["name"]))
    return found


def _code(firm: Enterprise) -> list[Problem]:
    given = firm.uscc or ""
    problem = code_problem(given, Where(column="uscc"))
    firm.uscc = tidy(given)
    if problem is None or problem.code == "codes.written":
        return []
    held = problem.severity in {Severity.INFO, Severity.WARNING}
    return [] if held else [replace(problem, severity=Severity.ERROR)]


def _remember(act: Act, firm: Enterprise, former: str) -> None:
    key = name_key(former)
    if not key or key == firm.name_key:
        return
    kept, fresh = EnterpriseName.objects.get_or_create(
        enterprise=firm,
        kind=EnterpriseName.Kind.FORMER,
        name_key=key,
        defaults={"name": former, "until": timezone.localdate()},
    )
    if fresh:
        act.changed("enterprise_name", kept.pk, None, {"name": former, "kind": kept.kind})


def settle_unit(act: Act, unit: Any, before: Mapping[str, Any]) -> Sequence[Problem]:
    """Leave the unit's place in the tree with its days: it ends where the unit is closed, and goes on where it is not.

    What a unit that is open again had gone on in no longer holds.
    """
    assert isinstance(unit, Unit)  # noqa: S101 - the screen of units calls it
    if unit.opened is not None and unit.closed is not None and unit.closed < unit.opened:
        return [Problem.of("registry.unit-dates", where=Where(column="closed"))]
    if unit._state.adding:
        return []
    if "closed" in before:
        _end(act, unit, before["closed"])
    if "opened" in before and unit.opened is not None:
        first = UnitPlace.objects.filter(unit=unit.pk).order_by("since", "pk").first()
        if first is not None and first.since == (before["opened"] or ALWAYS):
            _keep(act, first, "since", unit.opened)
    return []


def _end(act: Act, unit: Unit, earlier: date | None) -> None:
    last = UnitPlace.objects.filter(unit=unit.pk).order_by("-since", "-pk").first()
    if last is not None and last.until == earlier:
        _keep(act, last, "until", unit.closed)
    for one in UnitSuccession.objects.filter(former=unit.pk, stands=True):
        if unit.closed is None:
            _keep(act, one, "stands", False)
        else:
            _keep(act, one, "day", unit.closed)


def _keep(act: Act, kept: UnitPlace | UnitSuccession, field: str, value: date | bool | None) -> None:
    before = getattr(kept, field)
    setattr(kept, field, value)
    kept.save(update_fields=[field])
    act.changed(kept._meta.db_table, kept.pk, {field: _told(before)}, {field: _told(value)})


def _told(value: date | bool | None) -> str | bool | None:
    return value.isoformat() if isinstance(value, date) else value
