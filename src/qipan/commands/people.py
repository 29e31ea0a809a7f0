"""`qipan user`: people and what they may do."""

from __future__ import annotations

from qipan.commands.setting import DONE, FAILED, MISUSED, answer, console, operator, out, ready, say, show_problems

ROLES = ("leader", "economy", "park", "system")


def user(name: str, *, role: str | None, unit: str | None, password: bool, remove: bool, yes: bool, json: bool) -> int:
    """Add a person, change their role or password, or close the account."""
    del yes  # nothing here needs a second word: everything can be changed back
    ready(definitions=False)
    from qipan.registry import people
    from qipan.registry.naming import unit_named

    if role is not None and role not in ROLES:
        console.print(
            say(f"角色须为 {'、'.join(ROLES)} 之一", f"The role must be one of {', '.join(ROLES)}"), style="red"
        )
        return MISUSED
    place = unit_named(unit) if unit else None
    if unit and place is None:
        console.print(say(f"没有单位“{unit}”", f"There is no unit “{unit}”"), style="red")
        return MISUSED
    actor = operator()
    if remove:
        outcome = people.close(actor, name)
    else:
        outcome = people.put(actor, name, role=role, unit=place.pk if place else None, new_password=password)
    if not outcome.done:
        show_problems(outcome.problems)
        if json:
            answer({"user": name, "done": False, "problems": [problem.as_json() for problem in outcome.problems]})
        return FAILED
    secret = outcome.value.password if outcome.value else None
    if json:
        answer({"user": name, "done": True, "password": secret})
    elif secret:
        out.print(
            say(f"{name} 的密码（只显示这一次）：{secret}", f"Password of {name} (shown once): {secret}"), markup=False
        )
    else:
        console.print(say("已保存", "Saved"), style="green")
    return DONE
