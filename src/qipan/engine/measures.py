"""What the engine must know of a measure (指标) to read, check and compare its figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """A measure as the sheet engine sees it; packs build these from their definitions.

    `names[0]` is the Chinese label, the rest are aliases (headings and row labels it is also known by). `unit` is the
    unit in which figures without any stated unit are read; its dimension says how values are stored; `decimals` are
    what people see.
    A measure with a `growth` other than none has the sibling `<code>.yoy` (unit %), and where places are published
    `<code>.rank` and `<code>.places` (unit 位: the place, and of how many). Siblings may come as specs of their own
    (`of` and `sibling` set) but need not.
    """

    code: str
    names: tuple[str, ...]
    en: str
    unit: str
    decimals: int = 2
    basis: str = "cumulative"  # single | cumulative | stock: the basis of a figure whose sheet does not say
    frequency: str = "month"  # month | quarter | year
    january: str = "separate"  # separate | with_february
    growth: str = "computed"  # official | same_scope | computed | none
    about: str = "unit"  # unit | enterprise: whose figure it is
    lag: int = 0  # months by which its publication comes later than that of others
    of: str | None = None
    sibling: str = ""  # "" | yoy | rank | places
    scope: str | None = None  # default 口径, as shown to people
