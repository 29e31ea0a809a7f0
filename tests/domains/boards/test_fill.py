"""A board shows its reader what they may see: values, places, lines, each number with its drawer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import QueryDict
from tests.web import attack_ground as ground
from tests.web.attack_ground import Ground

from qipan.domains.boards import queries
from qipan.domains.boards.shapes import (
    FigureBody,
    Filled,
    FunnelBody,
    Number,
    ParksBody,
    Point,
    RankingBody,
    Sheet,
    TableBody,
    TrendBody,
)
from qipan.domains.economy import queries as economy
from qipan.domains.economy.shapes import Address
from qipan.packs.layouts import Tile
from qipan.platform.models import User
from qipan.platform.screens import screen_of
from qipan.platform.screens.listing import list_page
from qipan.platform.screens.wanted import read_wanted
from qipan.platform.term import Term
from qipan.registry import firm_frames
from qipan.registry.models import Qualification, Unit, UnitPlace

OUTPUT = ("industrial_output",)


def filled(user: User, *tiles: Tile, unit: int | None = None, period: int | None = None) -> tuple[Filled, ...]:
    page = queries.page(user, Sheet("x", Term("甲", "A"), tiles, 30), unit=unit, period=period)
    return () if page is None else page.tiles


def tile(kind: str, **fields: Any) -> Tile:
    return Tile("t", kind, 0, 0, 6, 6, **fields)  # type: ignore[arg-type]


def numbers(value: object) -> Iterator[tuple[str, str]]:
    """Yield every number in a body with its address, wherever it stands."""
    if isinstance(value, Number):
        yield value.text, value.why
    elif isinstance(value, Point):
        if value.value is not None:
            yield value.text, value.why
    elif isinstance(value, tuple):
        for one in value:
            yield from numbers(one)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from numbers(getattr(value, name))


def test_a_figure_shows_the_value_of_the_unit_and_the_period(zone: Ground):
    (found,) = filled(zone.people["leader"], tile("figure", measures=OUTPUT))
    assert isinstance(found.body, FigureBody)
    assert (found.body.lead.text, str(found.body.lead.unit)) == ("9,100.0", "亿元")
    east = ground.unit("东园").pk
    (found,) = filled(zone.people["leader"], tile("figure", measures=OUTPUT), unit=east)
    assert isinstance(found.body, FigureBody)
    assert found.body.lead.text == "1,140.3"
    (found,) = filled(zone.people["leader"], tile("figure", measures=OUTPUT), unit=east, period=202609)
    assert isinstance(found.body, FigureBody)
    assert found.body.lead.text == "36.3"


def test_a_tile_of_a_fixed_unit_and_period_keeps_them(zone: Ground):
    fixed = tile("figure", measures=OUTPUT, unit="E", period=202609)
    (found,) = filled(zone.people["leader"], fixed)
    assert isinstance(found.body, FigureBody)
    assert found.body.lead.text == "36.3"
    assert (found.whose.zh, found.own_period.zh) == ("东园", "2026年9月")


def test_parks_are_ranked_and_who_sees_one_park_is_shown_no_place(zone: Ground):
    (found,) = filled(zone.people["leader"], tile("ranking", measures=OUTPUT))
    assert isinstance(found.body, RankingBody)
    assert [(row.place, row.name.zh, row.value.text) for row in found.body.rows] == [
        (1, "西园", "3,971.4"), (2, "东园", "1,140.3"),
    ]  # fmt: skip
    (found,) = filled(zone.people["park east"], tile("table", by="parks", measures=OUTPUT))
    assert isinstance(found.body, ParksBody)
    assert [row.name.zh for row in found.body.rows] == ["东园"]
    assert found.body.rows[0].cells[0].place is None


def test_a_park_that_was_closed_stands_beside_the_others_in_the_months_it_was_there(zone: Ground):
    east = ground.unit("东园")
    day = date(2026, 10, 1)
    Unit.objects.filter(pk=east.pk).update(closed=day)
    UnitPlace.objects.filter(unit=east).update(until=day)
    leader = zone.people["leader"]
    names = {}
    for period in (202609, 202610):
        (shown,) = filled(leader, tile("ranking", measures=OUTPUT), period=period)
        assert isinstance(shown.body, RankingBody)
        names[period] = {row.name.zh for row in shown.body.rows}
    assert "东园" in names[202609]
    assert "东园" not in names[202610]


def test_a_reader_sees_no_unit_that_is_not_theirs(zone: Ground):
    east, west = zone.people["park east"], ground.unit("西园").pk
    assert filled(east, tile("figure", measures=OUTPUT), unit=west) == ()
    (found,) = filled(east, tile("figure", measures=OUTPUT, unit="W"))
    assert found.body is None
    assert "看不到" in found.empty.zh
    assert filled(zone.people["system"], tile("figure", measures=OUTPUT)) == ()
    assert filled(zone.people["nobody"], tile("figure", measures=OUTPUT)) == ()


def test_every_number_on_a_board_opens_its_drawer_for_its_reader(zone: Ground):
    tiles = (
        tile("figure", measures=OUTPUT), tile("trend", measures=OUTPUT), tile("ranking", measures=OUTPUT),
        tile("trend", measures=OUTPUT, by="parks"), tile("table", measures=("gdp", *OUTPUT, "tax_share")),
        tile("table", measures=OUTPUT, by="parks"), tile("funnel", measures=OUTPUT),
    )  # fmt: skip
    for who in ("leader", "economy", "park east", "park west"):
        user = zone.people[who]
        shown = [one for found in filled(user, *tiles) for one in numbers(found.body)]
        assert shown, who
        for text, why in shown:
            address = Address.read(why)
            assert address is not None
            answer = economy.why(user, address)
            assert answer is not None, f"{who}: {text} at {why} has no drawer"
            assert answer.figure.text == text


def test_a_line_has_a_point_a_month_and_gaps_stay_gaps(zone: Ground):
    (found,) = filled(zone.people["leader"], tile("trend", measures=OUTPUT, by="parks", last=6))
    assert isinstance(found.body, TrendBody)
    east = next(line for line in found.body.lines if line.name.zh == "东园")
    assert [point.period for point in east.points] == [202605, 202606, 202607, 202608, 202609, 202610]
    assert [point.value for point in east.points] == [None, None, None, None, 36.25, 1140.25]
    assert [bool(point.why) for point in east.points] == [False] * 4 + [True] * 2


def test_a_table_leaves_out_what_is_not_known_and_says_where_nothing_is(zone: Ground):
    (found,) = filled(zone.people["leader"], tile("table", measures=("population", *OUTPUT)))
    assert isinstance(found.body, TableBody)
    assert [row.code for row in found.body.rows] == ["industrial_output"]
    (found,) = filled(zone.people["leader"], tile("table", measures=("population",)))
    assert (found.body, found.empty.zh) == (None, "此期没有数据。")


def test_a_funnel_counts_the_firms_its_reader_sees_and_names_their_list(zone: Ground):
    zone.east.above_scale = zone.west.above_scale = True
    zone.east.save()
    zone.west.save()
    firm_frames.forget()
    counts = {}
    for who in ("leader", "park east"):
        (found,) = filled(zone.people[who], tile("funnel", noun="enterprise"))
        assert isinstance(found.body, FunnelBody)
        counts[who] = found.body.steps[0].count, found.body.steps[0].list
    east = ground.unit("东园").pk
    assert counts == {"leader": (2, "above_scale=yes"), "park east": (1, f"above_scale=yes&park={east}")}


def test_the_list_a_step_opens_holds_as_many_firms_as_the_step_counted(zone: Ground):
    Qualification.objects.create(enterprise=zone.west, kind="hightech")
    Qualification.objects.create(enterprise=zone.east, kind="hightech", until="2020-01-01")
    zone.east.above_scale = True
    zone.east.save()
    firm_frames.forget()
    screen = screen_of("firms")
    assert screen is not None
    for who, unit in (("leader", None), ("leader", ground.unit("西园").pk), ("park east", None)):
        (found,) = filled(zone.people[who], tile("funnel", noun="enterprise"), unit=unit)
        for step in found.body.steps if isinstance(found.body, FunnelBody) else ():
            wanted, problems = read_wanted(screen, QueryDict(step.list))
            assert problems == ()
            assert list_page(zone.people[who], screen, wanted).count == step.count, f"{who}: {step.list}"


def test_the_first_board_of_a_person_is_that_of_their_role(zone: Ground):
    assert queries.first_board(zone.people["park east"]) == "park"
    assert queries.first_board(zone.people["economy"]) == "economy"
    assert queries.first_board(zone.people["leader"]) == "parks"
    assert queries.first_board(zone.people["nobody"]) is None
