"""Headings of narrow columns: Chinese has no spaces, so a line would end inside a word."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What begins a new word inside the names of measures.
_WORD = re.compile(
    r"(?<=.)(?=社会消费|零售额|预算收入|完成投资|工业|总产值|增加值|(?<!完成)投资|到位|外资|资金|进出口|总额|企业数|用电|营业)"
)


@register.filter
def phrases(name: str) -> SafeString:
    """Return `name` with the places at which a line may end; to be used where CSS keeps all else together."""
    return mark_safe("<wbr>".join(escape(part) for part in _WORD.split(name)))  # noqa: S308 - every part is escaped
