"""What happened to units, as sentences in which every unit leads to its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qipan.registry.models import Unit
from qipan.registry.unit_history import Change, Kind
from qipan.web import labels

SENTENCES: Mapping[Kind, Any] = {
    Kind.OPENED: gettext_lazy("{units}设立"),
    Kind.CLOSED: gettext_lazy("{units}撤销"),
    Kind.REOPENED: gettext_lazy("{units}恢复设立"),
    Kind.FORMED: gettext_lazy("{units}由{others}合并而成"),
    Kind.JOINED: gettext_lazy("{units}并入{others}"),
    Kind.SPLIT: gettext_lazy("{units}分设为{others}"),
    Kind.BECAME: gettext_lazy("{units}改设为{others}"),
    Kind.MOVED: gettext_lazy("{units}由{before}改隶{after}"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A change as the page shows it."""

    day: date
    sentence: SafeString
    ahead: bool  # it is announced and has not come yet


def link(unit: Unit) -> SafeString:
    """Return the unit's name, leading to its page."""
    return format_html('<a href="{}">{}</a>', reverse("web:unit", args=[unit.pk]), labels.unit(unit))


def links(units: Sequence[Unit | None]) -> SafeString:
    """Return the units' names one after the other; those the reader may not see are counted."""
    seen = [link(unit) for unit in units if unit is not None]
    hidden = len(units) - len(seen)
    if hidden:
        said = ngettext("{n} 个您无权查看的单位", "{n} 个您无权查看的单位", hidden).format(n=hidden)
        seen.append(format_html("{}", said))
    return format_html_join(_("、"), "{}", ((one,) for one in seen))


def told(change: Change, today: date) -> Told:
    """Return a change as a sentence."""
    before, after = change.others[:1], change.others[1:]
    parts = {"units": change.units, "others": change.others, "before": before, "after": after}
    named = {name: links(units) for name, units in parts.items()}
    return Told(change.day, format_html(str(SENTENCES[change.kind]), **named), change.day > today)
