"""The cross-check lamp (交叉核对灯): output, electricity and taxes of a unit should not part ways."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from qipan.domains.economy.figures import growth_figure
from qipan.domains.economy.shapes import CrossCheck, Figure, Light, Text
from qipan.domains.economy.standing import Desk, end_of, standing
from qipan.registry.models import Unit

RULE = "cross_light"
GROWTH = ".yoy"


def cross_checks(desk: Desk, units: Sequence[Unit], period: int) -> tuple[CrossCheck, ...]:
    """Return the lamp of the first unit, and of the others where their growths part ways.

    A lamp needs all that the rule compares, of one and the same period.
    """
    found = [(unit, cross_check(desk, unit, period)) for unit in units]
    return tuple(
        one for unit, one in found if one is not None and (unit is units[0] or one.light in (Light.AMBER, Light.RED))
    )


def cross_check(desk: Desk, unit: Unit, period: int) -> CrossCheck | None:
    """Return one unit's lamp; None where a growth is missing or the rule is."""
    rule = desk.resolved.rule(RULE, end_of(period))
    if rule is None:
        return None
    values: dict[str, Decimal | None] = {}
    shown: list[tuple[Text, Figure]] = []
    for entry in rule.inputs:
        at = standing(desk, unit.pk, entry.what.removeprefix("measure:").removesuffix(GROWTH), period)
        if at is None or at.growth is None or at.period != period:
            return None
        values[entry.name] = at.growth
        shown.append((Text(at.measure.names.zh, at.measure.names.en), growth_figure(desk, at)))
    decision = desk.rule(RULE, period, values)
    if decision is None or not isinstance(decision.value, str):
        return None
    reason = Text("方向一致", "they agree") if decision.row is None else Text(decision.words.zh, decision.words.en)
    name, words = Text(unit.name, unit.name_en or unit.name), Text(rule.words.zh, rule.words.en)
    return CrossCheck(unit.pk, name, tuple(shown), Light(decision.value), reason, words)
