"""Lists of any noun: every filter and order against a slow obvious reference, pages both ways, bounded counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qipan.platform.models import User
from qipan.platform.screens import Screen, listing, screen_of, screens
from qipan.platform.screens.listing import ListPage, list_page, list_rows, totals
from qipan.platform.screens.orders import Cursor, Stretch, order_of
from qipan.platform.screens.wanted import Condition, Op, Wanted, read_wanted
from qipan.registry.models import Enterprise, EnterpriseName, Qualification

if TYPE_CHECKING:
    from tests.web.sample import Zone


def screen(code: str = "firms") -> Screen:
    found = screen_of(code)
    assert found is not None
    return found


def keys(user: User, wanted: Wanted) -> list[int]:
    return [one.pk for one in list_rows(user, screen(), wanted)]


def wanted_of(query: str) -> Wanted:
    from django.http import QueryDict

    wanted, problems = read_wanted(screen(), QueryDict(query))
    assert problems == ()
    return wanted


def walk(user: User, wanted: Wanted, limit: int = 7) -> tuple[list[list[int]], ListPage]:
    """Return the pages from first to last, and the last."""
    page = list_page(user, screen(), wanted, limit=limit)
    pages = [page]
    while page.following:
        page = list_page(user, screen(), wanted, at=page.following, limit=limit)
        pages.append(page)
    return [[one.pk for one in page.records] for page in pages], page


@pytest.mark.parametrize("sort", ["name", "registered", "park", "uscc", "industry"])
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("who", ["leader", "park"])
def test_pages_walked_forth_and_back_show_every_record_once_in_order(firms: Zone, sort: str, falling: bool, who: str):
    user = getattr(firms, who)
    wanted = Wanted(sort=sort, falling=falling)
    whole = keys(user, wanted)
    pages, last = walk(user, wanted)
    assert [key for page in pages for key in page] == whole
    assert len(whole) == (30 if who == "leader" else 10)
    for earlier in reversed(pages[:-1]):
        assert last.preceding is not None
        last = list_page(user, screen(), wanted, at=last.preceding, limit=7)
        assert [one.pk for one in last.records] == earlier
    assert last.preceding is None


@pytest.mark.parametrize("sort", ["registered", "uscc"])
def test_what_is_unknown_stands_last_whichever_way_the_list_runs(firms: Zone, sort: str):
    for falling in (False, True):
        rows = [getattr(one, sort) for one in list_rows(firms.leader, screen(), Wanted(sort=sort, falling=falling))]
        known = [value for value in rows if value is not None]
        assert None in rows
        assert rows == sorted(known, reverse=falling) + [None] * (len(rows) - len(known))


def test_parks_stand_in_the_order_of_the_tree(firms: Zone):
    rows = [one.unit_id for one in list_rows(firms.leader, screen(), Wanted(sort="park"))]
    assert rows == [firms.east.pk] * 10 + [firms.west.pk] * 10 + [None] * 10


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("industry=39", 15),
        ("industry=3", 15),
        ("industry.is=3911", 15),
        ("above_scale=yes", 15),
        ("above_scale=no", 8),
        ("above_scale.empty=1", 7),
        ("registered.from=2010-01-01&registered.to=2014-12-31", 4),
        ("registered.empty=1", 6),
        ("q=业07", 1),
        ("q=91370100000000000", 8),
        ("city=无此城", 0),
        ("city=济", 15),
        ("city.empty=1", 15),
        ("city.filled=1", 15),
        ("uscc.empty=1", 5),
        ("size=大&size=中", 16),
        ("title=hightech", 10),
        ("title=hightech&title=gazelle", 15),
        ("title=gazelle&above_scale=yes", 8),
        ("title.empty=1", 15),
        ("title.filled=1", 15),
        ("capital.from=10&capital.to=20", 10),
        ("capital.from=999999999999999", 0),
        ("name=企业1&name=企业2", 20),
        ("name.begins=企业1", 10),
    ],
)
def test_filters_leave_what_they_say(firms: Zone, query: str, count: int):
    assert list_page(firms.leader, screen(), wanted_of(query)).count == count


def test_a_unit_filters_with_everything_below_it(firms: Zone):
    for unit, count in ((firms.east, 10), (firms.zone, 20), (firms.city, 20)):
        assert (
            list_page(firms.leader, screen(), Wanted(conditions=(Condition("park", Op.IS, (unit.pk,)),))).count == count
        )


def test_a_former_name_is_searched_too(firms: Zone):
    firm = Enterprise.objects.get(name="企业03")
    EnterpriseName.objects.create(enterprise=firm, kind="former", name="旧云机械", name_key="云机械")
    assert keys(firms.leader, Wanted("旧云")) == [firm.pk]


def test_a_title_that_has_run_out_is_not_met(firms: Zone):
    firm = Enterprise.objects.get(name="企业01")
    Qualification.objects.create(enterprise=firm, kind="sme", until=date(2023, 1, 1))
    assert keys(firms.leader, wanted_of("title=sme")) == []


_LIMITS, _EMPTINESS = st.sampled_from((Op.FROM, Op.TO)), st.sampled_from((Op.EMPTY, Op.FILLED))
_DAYS = st.dates(date(1999, 1, 1), date(2031, 1, 1))
_SIZES = st.lists(st.sampled_from("大中小微"), min_size=1, unique=True)
_CONDITIONS = st.one_of(
    st.builds(
        lambda text, op: Condition("name", op, (text,)),
        st.sampled_from(("企业", "业1", "9")),
        st.sampled_from((Op.CONTAINS, Op.BEGINS)),
    ),
    st.builds(lambda v: Condition("industry", Op.BEGINS, (v,)), st.sampled_from(("39", "51", "5", "77"))),
    st.builds(lambda v: Condition("above_scale", Op.IS, (v,)), st.booleans()),
    st.builds(lambda v, op: Condition("registered", op, (v,)), _DAYS, _LIMITS),
    st.builds(lambda v: Condition("size", Op.IS, tuple(v)), _SIZES),
    st.builds(Condition, st.sampled_from(("registered", "capital", "city")), _EMPTINESS),
    st.builds(lambda v: Condition("title", Op.IS, (v,)), st.sampled_from(("hightech", "gazelle"))),
)
_MET: dict[tuple[str, Op], Callable[[Any, tuple[Any, ...]], bool]] = {
    ("name", Op.CONTAINS): lambda one, v: v[0] in one.name,
    ("name", Op.BEGINS): lambda one, v: one.name.startswith(v[0]),
    ("industry", Op.BEGINS): lambda one, v: one.industry.startswith(v[0]),
    ("above_scale", Op.IS): lambda one, v: one.above_scale is v[0],
    ("registered", Op.FROM): lambda one, v: one.registered is not None and one.registered >= v[0],
    ("registered", Op.TO): lambda one, v: one.registered is not None and one.registered <= v[0],
    ("size", Op.IS): lambda one, v: one.size in v,
    ("title", Op.IS): lambda one, v: one.qualifications.filter(kind=v[0], until__isnull=True).exists(),
}  # fmt: skip
_SORTED: dict[str, Callable[[Any], Any]] = {
    "name": lambda one: one.name,
    "registered": lambda one: one.registered,
    "uscc": lambda one: one.uscc,
    "industry": lambda one: one.industry,
}


def _meets(one: Enterprise, condition: Condition) -> bool:
    if condition.op in {Op.EMPTY, Op.FILLED}:
        return (getattr(one, condition.column) in (None, "")) is (condition.op is Op.EMPTY)
    return _MET[condition.column, condition.op](one, condition.values)


def _reference(wanted: Wanted) -> list[int]:
    """The list the slow way: every record looked at, sorted in memory, the unknown last."""
    met = [one for one in Enterprise.objects.all() if all(_meets(one, condition) for condition in wanted.conditions)]
    value = _SORTED[wanted.sort]
    known = sorted(
        (one for one in met if value(one) is not None), key=lambda one: (value(one), one.pk), reverse=wanted.falling
    )
    unknown = sorted((one for one in met if value(one) is None), key=lambda one: one.pk, reverse=wanted.falling)
    return [one.pk for one in (*known, *unknown)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    conditions=st.lists(_CONDITIONS, max_size=3, unique_by=lambda one: (one.column, one.op)),
    sort=st.sampled_from(sorted(_SORTED)),
    falling=st.booleans(),
    limit=st.integers(1, 12),
    few=st.sampled_from((0, 5, 5_000)),
)
def test_any_filter_in_any_order_shows_what_a_slow_obvious_list_shows(
    firms: Zone, conditions: list[Condition], sort: str, falling: bool, limit: int, few: int
):
    # Few: whether records are looked up by their keys or met on the walk must make no difference.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "FEW", few)
        wanted = Wanted(conditions=tuple(conditions), sort=sort, falling=falling)
        whole = _reference(wanted)
        pages, last = walk(firms.leader, wanted, limit)
        assert [key for page in pages for key in page] == whole
        assert keys(firms.leader, wanted) == whole
        assert (last.count, last.more_than_counted) == (len(whole), False)
        for earlier in reversed(pages[:-1]):
            assert last.preceding is not None
            last = list_page(firms.leader, screen(), wanted, at=last.preceding, limit=limit)
            assert [one.pk for one in last.records] == earlier


def test_a_count_has_a_bound_and_says_so(firms: Zone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listing, "COUNTED", 12)
    page = list_page(firms.leader, screen(), Wanted())
    assert (page.count, page.more_than_counted) == (12, True)


@pytest.mark.parametrize(
    "token",
    ["x", "!!!", "W10", "e30", "WzAsMSwxXQ", "WzAsMSwi5LyB5LiaIiwidCJd", "Wzk5LDEsIngiLDFd", "WzAsMSwieFx1MDAwMCIsMV0",
     "WzAsMSwieCIsOTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "WzAsMSwieCIsdHJ1ZV0", "W1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tb"],
)  # fmt: skip
def test_a_place_somebody_made_up_shows_the_first_page(firms: Zone, token: str):
    first = list_page(firms.leader, screen(), Wanted())
    assert list_page(firms.leader, screen(), Wanted(), at=token).records == first.records


def test_a_place_of_another_order_shows_the_first_page(firms: Zone):
    by_name = list_page(firms.leader, screen(), Wanted(sort="name"), limit=7)
    by_date = Wanted(sort="registered")
    first = list_page(firms.leader, screen(), by_date)
    assert list_page(firms.leader, screen(), by_date, at=by_name.following or "").records == first.records


def test_a_place_keeps_a_moment_and_a_number_to_the_last_digit(zone: Zone):
    from django.utils import timezone

    from qipan.platform.models import Batch

    now = timezone.now()
    token = Cursor(0, (now, 5)).token()
    read = Cursor.read(
        token,
        Batch,
        (Stretch(order_of(screen("batches"), Wanted(), zone.leader).stretches[0].only, ("started", "pk")),),
    )
    assert read == Cursor(0, (now, 5))


@pytest.mark.parametrize("role", ["leader", "economy", "park", "system"])
def test_every_list_shows_counts_and_adds_up_exactly_what_is_visible(firms: Zone, role: str):
    from qipan.platform.models import Batch
    from qipan.platform.visible import visible_to

    for name, unit in (("east", firms.east.pk), ("west", firms.west.pk), ("none", None)):
        Batch.objects.create(state="committed", name=name, unit=unit, by_name="x", read=7)
    user = getattr(firms, role)
    for one in screens():
        visible = set(visible_to(one.model, user).filter(one.only).values_list("pk", flat=True))
        page = list_page(user, one, Wanted(), limit=500)
        listed = [record.pk for record in page.records]
        assert set(listed) == visible, f"{role} is listed of {one.code}: {set(listed) ^ visible}"
        assert len(listed) == page.count == len(visible), one.code
        assert {record.pk for record in list_rows(user, one, Wanted())} == visible, one.code
        summed = [column for column in one.columns if column.total]
        for code, total in totals(user, one, Wanted(), summed).items():
            column = one.column(code)
            assert column is not None
            expected = sum(getattr(record, column.path) or 0 for record in page.records)
            assert (total or 0) == expected, f"{role}: {one.code}.{code}"


def test_what_is_masked_is_not_found_by_guessing(firms: Zone):
    assert list_page(firms.leader, screen(), wanted_of("phone=13800000001")).count == 0
    assert list_page(firms.leader, screen(), wanted_of("person=张")).count == 0


def test_who_may_read_it_finds_by_it_where_the_right_holds(firms: Zone, monkeypatch: pytest.MonkeyPatch):
    east = frozenset({firms.east.pk})
    monkeypatch.setattr("qipan.platform.screens.conditions.units_of", lambda _actor, _right: east)
    assert list_page(firms.leader, screen(), wanted_of("person=张")).count == 10


def test_a_list_needs_few_queries_however_long_it_is(firms: Zone, django_assert_max_num_queries: Any):
    list_page(firms.leader, screen(), Wanted())
    with django_assert_max_num_queries(2):
        list_page(firms.leader, screen(), Wanted())


def test_every_screen_is_declared_truly():
    """Every column's path exists, and a column that sorts has the index it promises."""
    from qipan.platform.screens.paths import field_at

    for one in screens():
        field_at(one.model, one.title)
        if one.unit:
            field_at(one.model, one.unit)
        for column in one.columns:
            for path in (*column.needs, *([column.path] if column.stored else [])):
                field_at(one.model, path)
            assert not (column.sort and column.secret), f"{one.code}.{column.code} sorts what is masked"
            if column.sorted and column.kind.value != "unit":
                field = field_at(one.model, column.path)
                led = {index.fields[0].removeprefix("-") for index in one.model._meta.indexes}
                led |= {c.fields[0] for c in one.model._meta.constraints if getattr(c, "fields", ())}
                assert column.path in led or field.unique, f"no index begins with {one.code}.{column.path}"
        own = one.order.removeprefix("-")
        assert own == "pk" or (one.column(own) is not None and one.column(own).sorted), one.code  # type: ignore[union-attr]
