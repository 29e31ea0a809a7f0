"""What a person was told: mentions, and changes of records they watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qipan.platform.models import User
from qipan.platform.records.models import Notice
from qipan.platform.records.telling import mark_read
from qipan.platform.rights import person
from qipan.platform.screens.declaration import Screen, columns_of, screen_of, screens
from qipan.platform.screens.words import name_of
from qipan.platform.visible import visible_to
from qipan.web import errors, words
from qipan.web.pages import Request, page
from qipan.web.records.standing import address_of

PAGE = 50
COUNTED = 99  # more than this are "99+"
SENTENCES = {
    Notice.Kind.MENTION: gettext_lazy("{who} 在备注中提到了您"),
    Notice.Kind.CHANGED: gettext_lazy("{who} 修改了{fields}"),
    Notice.Kind.BROUGHT: gettext_lazy("{who} 加载了新的{fields}"),
    Notice.Kind.NOTE: gettext_lazy("{who} 写了备注"),
    Notice.Kind.FILE: gettext_lazy("{who} 上传了附件"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One notice in words."""

    number: int
    at: datetime
    noun: str
    title: str
    link: str
    sentence: str
    unread: bool


def unread_count(user: User) -> int:
    """Return how many notices wait to be read, counted no further than anybody wants to know."""
    # Most people have none on most pages: what they may see is asked only where there is something to ask about.
    if not Notice._default_manager.filter(user=user.pk, read__isnull=True).exists():
        return 0
    return len(visible_to(Notice, user).filter(read__isnull=True).values_list("pk", flat=True)[: COUNTED + 1])


def _sentence(notice: Notice, screen: Screen) -> str:
    if notice.kind == Notice.Kind.BROUGHT:
        named = {other.code: str(other.names) for other in screens()}
    else:
        named = {column.code: str(column.names) for column in columns_of(screen)}
    fields = _("、").join(named[code] for code in notice.fields if code in named)
    return str(SENTENCES[Notice.Kind(notice.kind)]).format(who=words.who(notice.by_name), fields=fields)


def _said(notices: list[Notice], user: User) -> list[Said]:
    """Return the notices in words; a query for each noun among them, however many there are."""
    records: dict[tuple[str, int], Any] = {}
    for code in {notice.screen for notice in notices}:
        screen = screen_of(code)
        if screen is not None:
            keys = [notice.record for notice in notices if notice.screen == code]
            records.update({(code, one.pk): one for one in visible_to(screen.model, user).filter(pk__in=keys)})
    found: list[Said] = []
    for notice in notices:
        record, screen = records.get((notice.screen, notice.record)), screen_of(notice.screen)
        if record is not None and screen is not None:
            found.append(
                Said(
                    notice.pk, notice.at, str(screen.one), name_of(record), address_of(screen, record.pk),
                    _sentence(notice, screen), notice.read is None,
                )
            )  # fmt: skip
    return found


@page
def notices(request: Request) -> HttpResponseBase:
    """The person's notices, the newest first."""
    before = request.GET.get("before", "")
    mine = visible_to(Notice, request.user)
    if before.isdecimal() and len(before) < 19:
        mine = mine.filter(pk__lt=int(before))
    rows = list(mine.order_by("-id")[: PAGE + 1])
    context = {
        "notices": _said(rows[:PAGE], request.user),
        "earlier": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "paged": bool(before),
    }
    return render(request, "web/notices.html", context)


@page
@require_POST
def read(request: Request) -> HttpResponseBase:
    """Mark all notices, or one, as read; one that was opened leads to its record."""
    number = request.POST.get("number", "")
    numbers = [int(number)] if number.isdecimal() and len(number) < 19 else None
    outcome = mark_read(person(request.user), numbers)
    if not outcome.done:
        return errors.problems(request, outcome.problems)
    if numbers:
        notice = visible_to(Notice, request.user).filter(pk__in=numbers).first()
        screen = screen_of(notice.screen) if notice is not None else None
        if notice is not None and screen is not None:
            return redirect(address_of(screen, notice.record))
    return redirect("web:notices")
