"""Generated for every role × noun × channel: list, count, search, export, detail, history, API, change, error text.

Each record bears a mark of its own; whoever meets the mark of a record that is not theirs is named with the channel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from tests.registry.test_rights import EXPECTED, KNOWN, holder, made
from tests.web.sample import Zone

from qipan.platform.models import User
from qipan.platform.rights import Refused, person
from qipan.platform.screens import Screen, changing, screens
from qipan.platform.screens.listing import list_page, list_rows
from qipan.platform.screens.wanted import Wanted
from qipan.platform.visible import visible_to

__all__ = ["made"]
Records = dict[str, Model]
V1 = "/api/v1/records"
# What a record is known by where somebody reads it: its name in every channel.
MARKS = {
    "firm of the east": "东方",
    "firm of the west": "西方",
    "firm of no park": "无园",
    "unit of the east": "东园",
    "unit of the west": "西园",
}
# Whose name a role reads where its own record names it, though it does not see the record: a firm knows its park.
NAMED = {"enterprise": ("unit of the east",)}

SEARCHES = (
    "/firms/?q={}", "/records/units/?q={}", "/records/qualifications/?q={}", "/search/?q={}", "/search/suggest/?q={}",
    "/people/?q={}",
    "/trail/?about={}", "/trail/export.csv?about={}", "/map/?q={}",
)  # fmt: skip


def _of(screen: Screen, records: Records) -> Iterator[tuple[str, Model]]:
    for name, record in records.items():
        # A screen of part of a model shows that part.
        if type(record) is screen.model and screen.model._default_manager.filter(screen.only, pk=record.pk).exists():
            yield name, record


def _meant(name: str, role: str) -> bool:
    return role in EXPECTED[name]


def _listed(user: User, screen: Screen) -> set[Any]:
    page = list_page(user, screen, Wanted(), limit=500)
    assert page.count == len(page.records), f"{screen.code}: the count says more than the list"
    return {one.pk for one in page.records}


def _exported(user: User, screen: Screen) -> set[Any]:
    return {one.pk for one in list_rows(user, screen, Wanted())}


def _by_api(user: User, screen: Screen) -> set[Any]:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    answer = client.get(f"{V1}/{screen.code}", {"limit": 200})
    if answer.status_code in {401, 403, 404}:
        return set()
    assert answer.status_code == 200, answer.content.decode()[:300]
    return {one["id"] for one in answer.json()["records"]}


LISTS: dict[str, Callable[[User, Screen], set[Any]]] = {"list": _listed, "export": _exported, "API list": _by_api}


@pytest.mark.parametrize("role", sorted(KNOWN))
def test_no_list_holds_what_is_not_meant_for_the_role(made: tuple[Zone, Records], role: str):
    zone, records = made
    user, leaks = holder(zone, role), []
    for screen in screens():
        for channel, asked in LISTS.items():
            got = asked(user, screen)
            leaks += [
                f"{role} meets “{name}” by {channel} of {screen.code}"
                for name, record in _of(screen, records)
                if record.pk in got and not _meant(name, role)
            ]
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize("role", sorted(KNOWN))
def test_no_address_of_a_hidden_record_says_more_than_that_there_is_nothing(made: tuple[Zone, Records], role: str):
    zone, records = made
    user = holder(zone, role)
    client, leaks = Client(raise_request_exception=False), []
    client.force_login(user)
    for screen in screens():
        for name, record in _of(screen, records):
            if _meant(name, role):
                continue
            pages = [f"{V1}/{screen.code}/{record.pk}", f"{V1}/{screen.code}/{record.pk}/history"]
            pages += [f"/firms/{record.pk}/"] if screen.code == "firms" else [f"/records/{screen.code}/{record.pk}/"]
            pages.append(f"/records/{screen.code}/{record.pk}/history/")
            for path in pages:
                answer = client.get(path)
                mark = MARKS.get(name, "no such mark")
                if answer.status_code < 400 or mark in answer.content.decode():
                    leaks.append(f"{role} meets “{name}” at {path}: {answer.status_code}")
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize("role", sorted(KNOWN))
def test_no_search_finds_by_name_what_is_not_meant_for_the_role(made: tuple[Zone, Records], role: str):
    zone, records = made
    user, leaks = holder(zone, role), []
    client = Client(raise_request_exception=False)
    client.force_login(user)
    for name, mark in MARKS.items():
        if _meant(name, role):
            continue
        screen = next(one for one in screens() if type(records[name]) is one.model)
        if records[name].pk in {one.pk for one in list_page(user, screen, Wanted(text=mark), limit=50).records}:
            leaks.append(f"{role} finds “{name}” in {screen.code}")
        if name in NAMED.get(role, ()):
            continue
        # Only its beginning is typed: whoever reads the rest was told it.
        taken = client.post("/records/firms/export/", {"format": "csv", "query": f"q={mark[0]}"})
        pages = [(path.format(mark[0]), client.get(path.format(mark[0]))) for path in SEARCHES]
        for path, answer in (*pages, ("the export of firms", taken)):
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
            if mark in body.decode(errors="replace"):
                leaks.append(f"{role} reads “{name}” at {path}")
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize("role", sorted(KNOWN))
def test_no_change_of_a_hidden_record_takes_place_or_tells_what_it_is(made: tuple[Zone, Records], role: str):
    zone, records = made
    user, leaks = holder(zone, role), []
    for screen in screens():
        for name, record in _of(screen, records):
            if _meant(name, role) or not (screen.edit or screen.remove):
                continue
            for verb, act in {
                "change": lambda s=screen, r=record: changing.change(person(user), s, r.pk, None, {s.title: "x"}),
                "remove": lambda s=screen, r=record: changing.remove(person(user), s, r.pk, None),
            }.items():
                try:
                    outcome = act()
                except Refused:
                    continue
                told = "".join(problem.message() + problem.hint() for problem in outcome.problems)
                if outcome.done or MARKS.get(name, "no such mark") in told:
                    leaks.append(f"{role} may {verb} “{name}”, or is told what it is: {told}")
    assert not leaks, "\n".join(leaks)


def test_every_noun_with_a_screen_is_asked_for(made: tuple[Zone, Records]):
    _zone, records = made
    asked = {screen.code for screen in screens() for _ in _of(screen, records)}
    of_registry = {screen.code for screen in screens() if screen.model._meta.app_label in {"registry", "platform"}}
    assert of_registry - asked == set(), "no record of these is made for the test"


def test_what_is_meant_for_a_role_is_met_by_every_list(made: tuple[Zone, Records]):
    """The test can fail: the leader meets in every channel what the leader may."""
    zone, records = made
    user = holder(zone, "economy")
    for screen in screens():
        meant = {record.pk for name, record in _of(screen, records) if _meant(name, "economy")}
        for channel, asked in LISTS.items():
            assert meant <= asked(user, screen), f"{screen.code} by {channel}"
            assert asked(user, screen) <= set(visible_to(screen.model, user).values_list("pk", flat=True))
