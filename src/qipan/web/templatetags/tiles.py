"""What tiles of a board say: numbers that open their drawer, bars, shares."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from qipan.domains.boards.shapes import Number, Point
from qipan.web import addresses

register = template.Library()


def _shown(plain: bool, text: str, why: str, unit: str, css: str) -> SafeString:
    after = f'<span class="unit">{escape(unit)}</span>' if unit else ""
    if plain or not why:
        return mark_safe(f'<span class="fig plain {css}">{escape(text)}{after}</span>')  # noqa: S308 - escaped
    address = escape(addresses.why_token(why))
    return mark_safe(f'<a class="fig {css}" href="{address}" data-why>{escape(text)}{after}</a>')  # noqa: S308 - escaped


@register.simple_tag(takes_context=True)
def number(context: Context, shown: Number | None, unit: bool = True, css: str = "") -> SafeString:
    """Show a number as a link to why it is what it is (on a wall, which has no mouse, as text); none as a dash."""
    if shown is None:
        return mark_safe(f'<span class="fig none {css}">—</span>')  # noqa: S308 - our own class
    return _shown(bool(context.get("plain")), shown.text, shown.why, str(shown.unit) if unit else "", css)


@register.simple_tag(takes_context=True)
def point(context: Context, shown: Point | None, unit: Any = "", css: str = "") -> SafeString:
    """Show a point of a line as a link to why it is what it is."""
    if shown is None:
        return mark_safe(f'<span class="fig none {css}">—</span>')  # noqa: S308 - our own class
    return _shown(bool(context.get("plain")), shown.text, shown.why, str(unit), css)


@register.simple_tag
def bar(share: float, below: bool = False, width: int = 100) -> SafeString:
    """Draw a bar of −1 … 1; with `below` zero stands in the middle."""
    part = max(-1.0, min(1.0, share))
    if below:
        half = width / 2
        x, long = (half, part * half) if part >= 0 else (half + part * half, -part * half)
        css = "fill" if part >= 0 else "fill fall"
        axis = f'<path class="axis" d="M{half} 0V10"/>'
        inner = f'<rect class="{css}" x="{x:.1f}" y="1" width="{long:.1f}" height="8"/>{axis}'
    else:
        inner = f'<rect class="fill" x="0" y="1" width="{max(part, 0) * width:.1f}" height="8"/>'
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="bar" viewBox="0 0 {width} 10" preserveAspectRatio="none" aria-hidden="true">{inner}</svg>'
    )


@register.simple_tag
def funnel_step(share: float, following: float | None) -> SafeString:
    """Draw a step of a funnel: as wide as its share, narrowing to the next one's."""
    top = max(share, 0.004) * 100
    bottom = max(following if following is not None else share, 0.004) * 100
    left, right, low, high = 50 - top / 2, 50 + top / 2, 50 - bottom / 2, 50 + bottom / 2
    shape = f"M{left:.2f} 0H{right:.2f}L{high:.2f} 20H{low:.2f}Z"
    head = '<svg class="step" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">'
    return mark_safe(f'{head}<path d="{shape}"/></svg>')  # noqa: S308 - numbers only


@register.filter
def falls(rows: Any) -> bool:
    """Tell whether any bar goes below zero."""
    return any(row.share < 0 for row in rows)


@register.filter
def column_falls(body: Any, index: int) -> bool:
    """Tell whether any bar of a column goes below zero."""
    return any(row.cells[index].share < 0 for row in body.rows)


@register.filter
def share_after(steps: Any, index: int) -> float | None:
    """Return the share of the step after this one; None for the last."""
    return steps[index + 1].share if index + 1 < len(steps) else None


@register.filter
def percent(value: float | None) -> str:
    """Return a share as people write it."""
    if value is None:
        return ""
    return f"{value:.1f}%" if value < 99.95 else f"{value:.0f}%"
