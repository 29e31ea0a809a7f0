"""What follows from a firm that was filled in or changed: its compared name, its former name, its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from qipan.engine.codes import code_problem
from qipan.engine.codes.repair import tidy
from qipan.engine.problem import Problem, Severity, Where
from qipan.engine.resolve import name_key
from qipan.platform.action import Act
from qipan.registry.models import Enterprise, EnterpriseName


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
