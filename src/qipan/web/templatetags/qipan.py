"""Words, figures and small pictures in templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from qipan.domains.economy.shapes import Figure, Light, Text
from qipan.engine.periods import Period
from qipan.engine.problem import Problem
from qipan.web import addresses, labels, words
from qipan.web.language import short

register = template.Library()

# A status is a colour, a word and a shape; whoever sees no colour loses nothing.
LIGHTS: Mapping[Light, tuple[Any, str]] = {
    Light.GREEN: (gettext_lazy("达序时"), "circle"),
    Light.AMBER: (gettext_lazy("偏慢"), "triangle"),
    Light.RED: (gettext_lazy("滞后"), "square"),
    Light.NONE: (gettext_lazy("不亮灯"), "ring"),
    Light.DUE: (gettext_lazy("未到发布期"), "dash"),
}


# Of the cross-check the same colours say how far its three growths agree.
CROSS: Mapping[Light, Any] = {
    Light.GREEN: gettext_lazy("一致"),
    Light.AMBER: gettext_lazy("有出入"),
    Light.RED: gettext_lazy("背离"),
}


@register.filter
def say(text: Text | Mapping[str, str] | None) -> str:
    """Return words that come in both languages in the page's."""
    if text is None:
        return ""
    if isinstance(text, Text):
        return text.in_language(short())
    return text.get(short()) or text.get("zh", "")


@register.simple_tag
def figure(shown: Figure | None, unit: bool = True, css: str = "") -> SafeString:
    """Show a figure as a link to why it is what it is; an unknown one as a dash.

    Put together by hand: a board has four hundred of them, and this is most of what rendering it costs.
    """
    if shown is None or not shown.known:
        return mark_safe(f'<span class="fig none {css}">{escape(shown.text) if shown else "—"}</span>')  # noqa: S308
    said = say(shown.unit) if unit else ""
    after = f'<span class="unit">{escape(said)}</span>' if said else ""
    head = f'<a class="fig {css}" href="{addresses.why(shown.address)}" data-why>'
    return mark_safe(f"{head}{escape(shown.text)}{after}</a>")  # noqa: S308 - everything in it is escaped


@register.simple_tag
def light(status: Light, cross: bool = False) -> SafeString:
    """Show a status as word and shape; `cross`: in the words of the cross-check."""
    word, shape = LIGHTS[status]
    if cross:
        word = CROSS.get(status, word)
    return format_html(
        '<span class="light {}"><svg class="shape" viewBox="0 0 10 10" aria-hidden="true"><use href="#shape-{}"/></svg>'
        "{}</span>",
        status.value,
        shape,
        word,
    )


@register.filter
def light_word(status: Light) -> str:
    """Return the word of a status."""
    return str(LIGHTS[status][0])


@register.filter
def thousands(value: int | None) -> str:
    """Return a whole number with thousands."""
    return "—" if value is None else f"{value:,}"


@register.filter
def moment(value: datetime | None) -> str:
    """Return a time as people write it, in the zone's own time."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return local.strftime("%Y-%m-%d %H:%M")


@register.filter
def day(value: date | None) -> str:
    """Return a date as people write it."""
    return "—" if value is None else value.isoformat()


@register.filter
def period(code: int | None, basis: int | None = None) -> str:
    """Return a period as people write it."""
    return "—" if code is None else Period(code).text(short(), basis=basis)


@register.filter
def message(problem: Problem) -> str:
    """Return what is wrong, as a sentence."""
    return problem.message(short())


@register.filter
def hint(problem: Problem) -> str:
    """Return what to do about it, as a sentence."""
    return problem.hint(short())


@register.filter
def place(problem: Problem) -> str:
    """Return where it is wrong."""
    return problem.where.text(short())


@register.filter
def steps(depth: int) -> range:
    """Return something that can be gone through `depth` times: a unit is set in as deep as it stands."""
    return range(depth)


@register.filter
def word(value: str, kind: str) -> str:
    """Return the word people use for one of our codes: `{{ unit.kind|word:"unit" }}`."""
    return words.word(kind, value)


@register.filter
def who(name: object) -> str:
    """Return the name of who did something, machines' and posts' in the page's language."""
    return words.who(str(name))


@register.filter
def browser(agent: str) -> str:
    """Return which browser a session uses, as far as it says so."""
    return words.browser(agent)


@register.filter
def measured(unit: str) -> str:
    """Return a unit of measure in the page's language."""
    return labels.unit_of_measure(unit)


@register.filter
def cell_letter(column: int) -> str:
    """Return a column as a spreadsheet letters it."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@register.filter
def nth(items: Sequence[Any], number: int) -> Any:
    """Return one of several by its place."""
    return items[number]
