"""`qipan user`: people and what they may do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from qipan.commands.setting import (
    DONE,
    FAILED,
    console,
    finish,
    language,
    misused,
    operator,
    out,
    ready,
    say,
    show_problems,
)

if TYPE_CHECKING:
    from qipan.platform.action import Outcome


def _firm(code: str) -> int | None:
    from qipan.registry.models import Enterprise

    return Enterprise.objects.filter(uscc=code.strip().upper()).values_list("pk", flat=True).first()


def user(
    name: str,
    *,
    role: str | None,
    unit: str | None,
    firm: str | None,
    until: date | None,
    password: bool,
    remove: bool,
    yes: bool,
    json: bool,
) -> int:
    """Add a person, change their role or password, or close the account."""
    del yes  # nothing here needs a second word: everything can be changed back
    ready(definitions=False)
    from django.utils import timezone

    from qipan.registry import people
    from qipan.registry.naming import unit_named
    from qipan.registry.roles import roles

    known = roles(timezone.localdate())
    if role is not None and role not in known:
        return misused(
            say(f"角色须为 {'、'.join(known)} 之一", f"The role must be one of {', '.join(known)}"), json=json
        )
    place = unit_named(unit) if unit else None
    if unit and place is None:
        return misused(say(f"没有单位“{unit}”", f"There is no unit “{unit}”"), json=json)
    at_firm = _firm(firm) if firm else None
    if firm and at_firm is None:
        return misused(say(f"没有代码为 {firm} 的企业", f"There is no firm with the code {firm}"), json=json)
    actor = operator()
    if remove:
        outcome = people.close(actor, name)
    else:
        at_unit = place.pk if place else None
        outcome = people.put(actor, name, role=role, unit=at_unit, firm=at_firm, until=until, new_password=password)
    return _told(name, outcome, json=json)


def _told(name: str, outcome: Outcome[Any], *, json: bool) -> int:
    """Say what became of it, with the password where a new one was made."""
    if not outcome.done:
        show_problems(outcome.problems)
        problems = [problem.as_json(language()) for problem in outcome.problems]
        return finish({"user": name, "done": False, "problems": problems}, json, FAILED)
    secret = outcome.value.password if outcome.value else None
    if json:
        return finish({"user": name, "done": True, "password": secret}, json, DONE)
    if secret:
        out.print(
            say(f"{name} 的密码（只显示这一次）：{secret}", f"Password of {name} (shown once): {secret}"), markup=False
        )
    else:
        console.print(say("已保存", "Saved"), style="green")
    return DONE
