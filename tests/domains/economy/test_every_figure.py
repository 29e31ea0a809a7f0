"""The promise of the product, on the demonstration zone: every number opens, down to the cell it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

import loads
from qipan.domains.economy import queries
from qipan.domains.economy.shapes import Address, Figure, LeaderPage, Light
from qipan.platform.models import User
from qipan.registry import frames
from qipan.registry.models import Grant, Unit

MONTHS = 46  # this year and the three before it: what the seasonal pace looks at


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demonstration zone without its firms, loaded once for the tests of this module and taken back after."""
    from django.db import connections, transaction

    from qipan.platform.definitions import install

    with django_db_blocker.unblock(), ExitStack() as stack:
        for alias in connections:
            stack.enter_context(transaction.atomic(alias))
        frames._kept.clear()
        assert install(loads.operator()).done
        for paths in _files(tmp_path_factory.mktemp("demo")):
            loads.load(*paths)
        yield
        for alias in connections:
            transaction.set_rollback(True, alias)
    frames._kept.clear()


def _files(out: Path) -> tuple[tuple[Path, ...], ...]:
    from qipan import demo as zone

    made = zone.truth(zone.SEED, months=MONTHS)
    return (
        (zone.write_units(made, out),),
        (zone.write_targets(made, out),),
        (*zone.write_reports(made, out), *zone.write_parks(made, out), *zone.write_city(made, out)),
    )


@pytest.fixture
def ground(demo: None, db: None) -> None:
    """The database with the zone in it."""


def person(role: str, kind: str) -> User:
    user, new = User.objects.get_or_create(username=role)
    if new:
        at = Unit.objects.filter(kind=kind).order_by("sort", "code").first()
        assert at is not None
        Grant.objects.create(user=user, role=role, unit=at, since=date(2018, 1, 1))
    return user


def figures_in(thing: object) -> Iterator[Figure]:
    """Yield every figure anywhere in a page or an answer."""
    if isinstance(thing, Figure):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from figures_in(part)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from figures_in(getattr(thing, field.name))


def page_of(user: User) -> LeaderPage:
    page = queries.leader_page(user, 202610)
    assert page is not None
    return page


def open_all(user: User) -> tuple[int, list[str]]:
    """Open every figure of the page and all it was worked out from; return how many, and what failed."""
    waiting = [figure for figure in figures_in(page_of(user)) if figure.known]
    opened: set[Address] = set()
    wrong: list[str] = []
    while waiting:
        figure = waiting.pop()
        if figure.address in opened:
            continue
        opened.add(figure.address)
        token = figure.address.token()
        why = queries.why(user, figure.address)
        if why is None:
            wrong.append(f"{token} {figure.text}: does not open")
        elif why.figure.text != figure.text:
            wrong.append(f"{token}: {figure.text} on the page, {why.figure.text} in the drawer")
        elif why.formula is not None:
            waiting += [entry.figure for entry in why.inputs if entry.figure.known]
        elif why.origin is None:
            wrong.append(f"{token} {figure.text}: comes from nowhere")
        else:
            cell = why.origin
            marked = cell.at(cell.row, cell.column)
            if marked.strip() != why.printed.strip():
                wrong.append(f"{token}: printed {why.printed!r}, the cell says {marked!r}")
    return len(opened), wrong


def test_every_number_on_the_leaders_page_opens_down_to_a_cell(ground: None):
    opened, wrong = open_all(person("leader", "zone"))
    assert wrong == []
    assert opened > 300


def test_every_number_on_a_park_managers_page_opens_down_to_a_cell(ground: None):
    opened, wrong = open_all(person("park", "park"))
    assert wrong == []
    assert opened > 60


def test_every_light_opens_to_its_rule(ground: None):
    leader = person("leader", "zone")
    page = page_of(leader)
    for card in page.cards:
        why = queries.why(leader, dataclasses.replace(card.value.address, what="light"))
        assert (why is not None) == bool(card.rule), card.code
        if why is not None:
            assert (why.sentence, why.rule is not None) == (card.reason, True)


def test_a_park_managers_page_holds_the_own_park_and_the_city_only(ground: None):
    manager = person("park", "park")
    page = page_of(manager)
    city = Unit.objects.get(kind=Unit.Kind.CITY).pk
    assert {figure.address.subject for figure in figures_in(page)} <= {page.unit, city}
    assert page.parks == ()


def test_a_park_manager_opens_nothing_of_the_leaders_page_but_the_own_and_the_citys(ground: None):
    leader, manager = person("leader", "zone"), person("park", "park")
    own = {page_of(manager).unit, Unit.objects.get(kind=Unit.Kind.CITY).pk}
    for figure in figures_in(page_of(leader)):
        if figure.known and figure.address.subject not in own:
            assert queries.why(manager, figure.address) is None, figure.address.token()


def test_the_newest_month_reads_like_a_zone_in_october(ground: None):
    lights = [card.light for card in page_of(person("leader", "zone")).cards]
    assert 8 <= lights.count(Light.GREEN) <= 11
    assert 3 <= lights.count(Light.AMBER) <= 5
    assert lights.count(Light.RED) == 2


def test_the_stalled_flagship_stands_behind_a_red_light(ground: None):
    red = {card.code for card in page_of(person("leader", "zone")).cards if card.light is Light.RED}
    assert red & {"projects", "industrial_investment"}


def test_one_park_parts_ways_and_the_lamp_says_so(ground: None):
    lamps = {check.name.zh: check.light for check in page_of(person("leader", "zone")).cross}
    assert [name for name, light in lamps.items() if light is Light.RED] == ["北溪循环经济产业园"]
    assert lamps["澄川高新技术产业开发区"] is Light.GREEN
