"""What is found by what people type, why, in which order, and that nobody finds what they may not see."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web import sample
from tests.web.sample import new_person

import loads
from qipan.platform.definitions import install
from qipan.platform.home import home
from qipan.platform.models import RecentSearch, TrailEntry, User
from qipan.platform.screens.listing import Condition, Op, Wanted, list_keys, list_page, list_rows
from qipan.platform.search import How, catch_up, complete, matches, pending, search
from qipan.platform.search import index as room
from qipan.platform.search.index import NAMES, SOUNDS, Part
from qipan.platform.search.kinds import searchable, searchable_of, searchables
from qipan.platform.search.recent import KEPT, forget, recent, remember
from qipan.platform.term import Term
from qipan.registry import firm_search
from qipan.registry.firm_search import matching
from qipan.registry.models import Enterprise, EnterpriseName, Grant, Unit
from qipan.registry.queries import visible_to
from qipan.registry.screens import FIRMS as FIRMS_SCREEN
from qipan.registry.searching import FIRMS, MEASURES, PEOPLE, UNITS

HAIFU = "济宁海富光学科技有限公司"
NAMES_OF_FIRMS = (HAIFU, "济宁海付商贸有限公司", "济南海富置业有限公司", "重庆长安机械有限公司", "宏远机械制造有限公司",
                  "云州HF精密有限公司")  # fmt: skip


@pytest.fixture(autouse=True)
def own_index():
    """Begin without an index: it lies beside the database, and a test's rolled-back rows would be found in it."""
    for kind in searchables():
        shutil.rmtree(home().cache / "search" / kind.code, ignore_errors=True)


@pytest.fixture
def zone(db):
    """A zone with people, firms in two parks, one of them under another name before."""
    made = sample.new_zone()
    for number, name in enumerate(NAMES_OF_FIRMS):
        sample.new_firm(name, made.west if number % 2 else made.east, uscc=loads.code_of(number + 1))
    firm = Enterprise.objects.get(name="重庆长安机械有限公司")
    EnterpriseName.objects.create(enterprise=firm, kind="former", name="渝州前进机器厂", name_key="渝州前进机器厂")
    assert complete()
    return made


def found(user: User, text: str) -> list[tuple[str, How]]:
    return [(match.shown.name, match.how) for match in matches(user, FIRMS, text).matches]


@pytest.mark.parametrize(
    "text", ["jnhf", "jininghaifu", "jining haifu", "ji ning hai fu", "济宁hf", "济宁 haifu", "JNHF"]
)
def test_a_firm_is_found_by_how_its_name_is_typed(zone, text):
    assert HAIFU in {name for name, how in found(zone.leader, text) if how in {How.PINYIN, How.INITIALS}}


def test_what_is_written_so_comes_before_what_sounds_so(zone):
    assert found(zone.leader, "海富") == [
        ("济南海富置业有限公司", How.WORDS), (HAIFU, How.WORDS), ("济宁海付商贸有限公司", How.SOUND)
    ]  # fmt: skip
    assert found(zone.leader, "hf")[0] == ("云州HF精密有限公司", How.WORDS)
    assert found(zone.leader, HAIFU)[0] == (HAIFU, How.NAME)


@pytest.mark.parametrize(
    ("text", "how"),
    [("宏远机谢制造", How.SOUND), ("宏远机戒制造", How.SLIP),
     ("宏运机械制造", How.SLIP), ("宏远械制造", How.SLIP), ("宏远的机械制造", How.SLIP),
     ("宏远机制械造", How.SLIP), ("hongyaunjixie", How.SLIP), ("hongyunjixie", How.SLIP)],
)  # fmt: skip
def test_one_slip_is_forgiven_where_nothing_is_written_so(zone, text, how):
    assert found(zone.leader, text) == [("宏远机械制造有限公司", how)]


def test_heteronyms_sound_as_their_people_say(zone):
    assert [name for name, _ in found(zone.leader, "chongqingchangan")] == ["重庆长安机械有限公司"]
    assert found(zone.leader, "zhongqingzhangan") == []


def test_a_former_name_says_that_it_is_one(zone):
    for text in ("前进机器", "qianjinjiqi", "qjjq"):
        (match,) = matches(zone.leader, FIRMS, text).matches
        assert match.shown.name == "重庆长安机械有限公司"
        assert match.other is not None
        assert (match.other.name, match.other.former) == ("渝州前进机器厂", True)


def test_a_code_is_found_whole_and_by_its_beginning(zone):
    code = loads.code_of(1)
    assert found(zone.leader, code.lower())[0] == (HAIFU, How.CODE)
    assert len(found(zone.leader, code[:8])) == len(NAMES_OF_FIRMS)


def test_brackets_and_full_width_letters_are_no_obstacle(zone):
    assert found(zone.leader, "海富（济宁）")[0][0] == HAIFU
    assert found(zone.leader, "ＨＦ精密")[0][0] == "云州HF精密有限公司"


def test_units_and_measures_are_found_too_each_noun_with_its_count(zone):
    assert install(loads.operator()).done
    assert complete()
    groups = {group.kind.code: group for group in search(zone.leader, "gyzcz")}
    assert "规上工业总产值" in [match.shown.name for match in groups[MEASURES.code].matches]
    assert groups[MEASURES.code].count == len(groups[MEASURES.code].matches)
    assert [match.shown.key for match in matches(zone.leader, UNITS, "dongyuan").matches] == [zone.east.pk]


def test_nobody_finds_or_counts_what_they_may_not_see(zone):
    everybody = (zone.leader, zone.economy, zone.park, zone.system, new_person("west", "park", zone.west))
    for user in everybody:
        mine = set(visible_to(Enterprise, user).values_list("name", flat=True))
        for text in ("济宁", "haifu", "jn", "gongsi", "宏运机械制造", loads.code_of(3), "机器"):
            answer = matches(user, FIRMS, text)
            assert {match.shown.name for match in answer.matches} <= mine, (user, text)
            counts = {group.kind.code: group.count for group in search(user, text)}
            assert counts.get("firms", 0) == len(answer.matches)
    assert matches(zone.system, FIRMS, "济宁").matches == ()
    assert search(User(), "济宁") == ()


def test_a_person_of_an_enterprise_finds_their_own_and_no_other(zone):
    firm = Enterprise.objects.get(name=HAIFU)
    user = User.objects.create(username="厂里人")
    Grant.objects.create(user=user, role="enterprise", firm=firm, since="2020-01-01")
    assert list(visible_to(Enterprise, user)) == [firm]
    for text in ("海富", "jnhf", "济宁", loads.code_of(1)[:10], "济宁海富光穴科技"):
        assert [name for name, _ in found(user, text)] == [HAIFU], text


def test_people_are_found_by_who_may_see_who_has_an_account_and_by_nobody_else(zone):
    def people(user: User, text: str) -> list[str]:
        return [match.shown.name for match in matches(user, PEOPLE, text).matches]

    administrator = sample.new_person("security", "security", zone.zone)
    assert complete()
    seers = [user for user in (zone.leader, zone.park, zone.system, administrator) if people(user, "chentongji")]
    assert seers
    for user in (zone.leader, zone.park):
        assert people(user, "陈统计") == people(user, str(user)) == []
    assert people(seers[0], "ctj") == people(seers[0], "economy") == ["陈统计"]


def test_a_right_that_ends_ends_the_search(zone):
    assert found(zone.park, "海富")
    Grant.objects.filter(user=zone.park).delete()
    assert found(User.objects.get(pk=zone.park.pk), "海富") == []


@settings(max_examples=60)
@given(text=st.text(max_size=30) | st.text("济宁海富hfjnu 0(+.*[^$|）\\'\"", max_size=20))
@pytest.mark.django_db(databases="__all__")
def test_whatever_is_typed_is_answered(text):
    if Part.of("firms", NAMES).state() is None:
        sample.new_zone()
        assert complete()
    user = User(pk=1, is_active=True)
    assert isinstance(search(user, text), tuple)
    assert Enterprise.objects.filter(matching(user, text).condition).count() >= 0


def test_the_index_can_be_thrown_away_and_built_again(zone):
    before = {text: found(zone.leader, text) for text in ("海富", "jnhf", "宏运机械制造")}
    shutil.rmtree(home().cache / "search")
    assert (pending().names, pending().sounds) == (True, True)
    assert found(zone.leader, "海富") == []
    assert complete()
    assert (pending().names, pending().sounds) == (False, False)
    assert {text: found(zone.leader, text) for text in before} == before


def test_a_large_build_leaves_sounds_to_the_worker_and_says_so(zone, monkeypatch):
    shutil.rmtree(home().cache / "search")
    monkeypatch.setattr(room, "MANY", 3)
    assert catch_up()
    assert [name for name, _ in found(zone.leader, "海富")] == ["济南海富置业有限公司", HAIFU]
    assert found(zone.leader, "jnhf") == []
    assert (pending().names, pending().sounds) == (False, True)
    assert complete()
    assert found(zone.leader, "jnhf")
    assert not pending().sounds


def test_a_single_change_is_followed_by_names_and_sounds(zone):
    firm = Enterprise.objects.get(name=HAIFU)
    Enterprise.objects.filter(pk=firm.pk).update(name="济宁新生光学有限公司", name_key="济宁新生光学有限公司")
    TrailEntry.objects.create(actor_name="陈统计", action="firms.change", noun="enterprise", subject=firm.pk)
    assert catch_up()
    assert [name for name, _ in found(zone.leader, "jnxs")] == ["济宁新生光学有限公司"]
    assert HAIFU not in {name for name, _ in found(zone.leader, "jnhf")}


def test_an_entry_that_comes_in_late_below_the_last_one_is_not_missed(zone):
    """PostgreSQL gives a number before it commits: 7 may be seen before 6."""
    firm = Enterprise.objects.get(name=HAIFU)
    last = TrailEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    TrailEntry.objects.create(id=last + 10, actor_name="甲", action="x", noun="note")
    assert complete()
    Enterprise.objects.filter(pk=firm.pk).update(name="济宁后到光学有限公司")
    TrailEntry.objects.create(id=last + 5, actor_name="乙", action="x", noun="enterprise", subject=firm.pk)
    assert complete()
    assert [name for name, _ in found(zone.leader, "后到")] == ["济宁后到光学有限公司"]


def test_another_writer_is_waited_for(zone):
    writer = Part.of("firms", NAMES).open().writer(heap_size=room.SMALL, num_threads=1)
    TrailEntry.objects.create(actor_name="甲", action="x", noun="enterprise", subject=Enterprise.objects.all()[0].pk)
    assert not catch_up()
    writer.rollback()
    del writer
    assert catch_up()


def test_who_declares_a_noun_anew_speaks_for_it(zone):
    before = [kind.code for kind in searchables()]
    other = replace(FIRMS, names=Term("公司", "Companies"))
    try:
        searchable(other)
        assert [kind.code for kind in searchables()] == before
        assert searchable_of("firms") is other
    finally:
        searchable(FIRMS)


def test_recent_searches_are_ones_own_the_last_first_and_can_be_forgotten(zone):
    for number in range(KEPT + 3):
        remember(zone.leader, f"词{number}")
    remember(zone.leader, " 词5 ")
    remember(zone.park, "别人的")
    remember(zone.leader, "  ")
    assert recent(zone.leader)[:2] == ["词5", f"词{KEPT + 2}"]
    assert len(recent(zone.leader)) == KEPT
    assert recent(zone.park) == ["别人的"]
    forget(zone.leader)
    assert recent(zone.leader) == []
    assert RecentSearch.objects.count() == 1


def test_the_list_of_firms_takes_what_the_search_takes(zone):
    def listed(text: str) -> set[str]:
        return set(Enterprise.objects.filter(matching(zone.leader, text).condition).values_list("name", flat=True))

    assert HAIFU in listed("jnhf")
    assert listed("宏运机械制造") == {"宏远机械制造有限公司"}
    assert listed("hf") >= {"云州HF精密有限公司", HAIFU}
    assert listed("海富") == {HAIFU, "济南海富置业有限公司"}
    assert Unit.objects.exists()


def test_of_very_many_a_page_shows_the_nearest_and_all_else_holds_them_whole(zone, monkeypatch):
    monkeypatch.setattr(firm_search, "HITS", 2)
    monkeypatch.setattr(firm_search, "SMALL", 0)
    every = set(Enterprise.objects.values_list("pk", flat=True))
    asked = Wanted("有限公司")
    page = list_page(zone.leader, FIRMS_SCREEN, asked, whole=False)
    assert (len(page.records), page.count, page.more_than_counted, page.only_best) == (2, 2, True, True)
    assert set(list_keys(zone.leader, FIRMS_SCREEN, asked, 100)) == every
    assert [one.pk for one in list_rows(zone.leader, FIRMS_SCREEN, asked)] == [
        one.pk for one in list_rows(zone.leader, FIRMS_SCREEN, Wanted())
    ]
    walked: list[int] = []
    at: str | None = ""
    while at is not None:
        part = list_page(zone.leader, FIRMS_SCREEN, asked, at=at, limit=4)
        walked += [one.pk for one in part.records]
        at = part.following
    assert sorted(walked) == sorted(every)
    east = Condition("park", Op.IS, (zone.east.pk,))
    beside = list_page(zone.leader, FIRMS_SCREEN, Wanted("有限公司", (east,)), whole=False)
    assert (beside.count, beside.more_than_counted, beside.only_best) == (3, False, False)
    assert {one.unit_id for one in beside.records} == {zone.east.pk}
    assert list_page(zone.park, FIRMS_SCREEN, asked).count == 3, "within the reader's rights"


def test_the_sounds_of_a_noun_stand_apart_from_its_names(zone):
    assert Part.of("firms", SOUNDS).state() == Part.of("firms", NAMES).state()
