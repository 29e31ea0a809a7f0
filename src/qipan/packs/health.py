"""Checks of data health (数据体检) as packs declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as part
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from qipan.packs.model import Code, From, Names, Source, Strict, Until

Detector = Literal[
    "missing", "stale", "residual", "falling", "slip", "outlier", "peers", "growth", "condition", "code", "double",
    "blank", "counted",
]  # fmt: skip
# What each detector must be told; there are no values in the program.
_FAR = ("months", "least", "limit", "floor", "change", "small")
PARAMETERS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "missing": ("months", "least", "ended"),
    "stale": ("grace", "least", "ended"),
    "residual": ("share", "heard", "unchanged"),
    "falling": ("months", "share"),
    "slip": ("months",),
    "outlier": _FAR,
    "peers": _FAR,
    "growth": ("months", "points"),
    "condition": ("months",),
    "code": (),
    "double": (),
    "blank": (),
    "counted": (),
})  # fmt: skip
# The fields of a firm that a detector can look at.
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "double": ("key", "organisation"),
    "blank": ("code", "industry", "unit"),
})  # fmt: skip
OF_FIGURES = frozenset({"missing", "residual", "falling", "slip", "outlier", "peers", "growth", "condition", "counted"})


@dataclass(frozen=True, slots=True)
class HealthCheck(Strict):
    """One thing that is looked for in records and figures: how, how grave it is, why it matters and what to do.

    `measures` narrows it to those; empty are all that can have it. `among` narrows firms to those above scale (四上).
    """

    code: Code
    names: Names
    detector: Detector
    severity: Literal["error", "warning", "info"]
    why: Names
    do: Names
    source: Source
    valid_from: From
    valid_until: Until = None
    about: Literal["unit", "enterprise"] = "unit"
    among: Literal["all", "above_scale"] = "all"
    parameters: Mapping[Code, Decimal] = part(default_factory=dict[str, Decimal])
    measures: tuple[str, ...] = ()
    ledgers: tuple[str, ...] = ()
    field: Literal["code", "industry", "unit", "key", "organisation"] | None = None
    counts: Mapping[str, str] = part(default_factory=dict[str, str])
    expression: str | None = None
    rule: str | None = None
    formerly: tuple[Code, ...] = ()

    def number(self, name: str) -> float:
        """Return a parameter; raises KeyError for one lint would have missed."""
        return float(self.parameters[name])

    def whole(self, name: str) -> int:
        """Return a parameter that counts."""
        return int(self.parameters[name])

    def in_force(self, on: date) -> bool:
        """Tell whether it holds on `on`."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)
