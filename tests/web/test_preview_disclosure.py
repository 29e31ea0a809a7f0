"""The preview of a load under the rules of lists: nobody reads in it what others brought and lists keep from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from tests.web.attack_ground import (
    EAST_FIRM,
    EAST_OPEN,
    EAST_PHONE,
    EAST_SECRET,
    MONTHS_HEAD,
    WEST_FIRM,
    WEST_SECRET,
    Ground,
    person,
    unit,
)

import loads
import loads_on_the_way as way
from qipan.platform.models import Batch, ImportDraft, User
from qipan.platform.rights import person as acting
from qipan.registry.models import Enterprise, Grant

FIRM_HEAD = ("企业名称", "统一社会信用代码", "所属园区", "联系电话")
OTHER_PHONE = "13933334444"
CLOSED = "您无权查看，不显示"


def secrets(printed: str) -> tuple[str, str]:
    """Return a figure as its file printed it (千元), and as a page shows it (万元)."""
    return printed, f"{int(printed) / 10:g}"


def months(folder: Path, *rows: Sequence[object], name: str = "更正.xlsx") -> Path:
    return loads.workbook(folder / name, {"企业月报": (MONTHS_HEAD, *rows)})


def east_month(output: int = 700010, power: int = 4999) -> tuple[object, ...]:
    return ("2026年10月", EAST_FIRM, loads.code_of(1), "东园", output, 600001, power, 31)


def west_month(output: int = 800010) -> tuple[object, ...]:
    return ("2026年10月", WEST_FIRM, loads.code_of(2), "西园", output, 600002, 5999, 32)


def drafted(path: Path, user: User, at: str = "东园") -> ImportDraft:
    draft = way.begun(path, by=acting(user), unit=unit(at).pk)
    way.read(draft, acting(user))
    return way.again(draft)


def preview(ground: Ground, who: str, draft: ImportDraft, query: str = "") -> str:
    answer = ground.client(who).get(f"/load/{draft.pk}/preview/{query}")
    assert answer.status_code == 200, answer.status_code
    # A secret is found with its thousands set apart, too.
    return re.sub(r"(?<=\d),(?=\d{3})", "", re.sub(r"\s+", " ", answer.content.decode()))


def test_a_clerk_who_corrects_a_firms_survey_figure_does_not_read_what_it_was(ground: Ground, tmp_path: Path):
    draft = drafted(months(tmp_path, east_month()), ground.people["clerk east"])
    text = preview(ground, "clerk east", draft)
    for secret in secrets(EAST_SECRET):
        assert secret not in text
    assert CLOSED in text
    assert "70001万元" in text, "what they bring themselves they read back"
    assert EAST_OPEN in text, "the electricity that lists show them, too"
    for query in ("?kind=changed", f"?q={EAST_SECRET}", "?kind=same", "?noun=figure"):
        assert not any(secret in preview(ground, "clerk east", draft, query) for secret in secrets(EAST_SECRET)[1:])


def test_statistics_staff_and_whoever_brought_it_read_what_it_was(ground: Ground, tmp_path: Path):
    path = months(tmp_path, east_month())
    own = drafted(path, ground.people["economy"])
    assert secrets(EAST_SECRET)[1] in preview(ground, "economy", own)
    clerk = ground.people["clerk east"]
    loads.load(months(tmp_path, east_month(700020), name="一.xlsx"), by=clerk, unit=unit("东园").pk)
    assert Batch.objects.latest("pk").by == clerk.pk
    again = drafted(path, clerk)
    text = preview(ground, "clerk east", again)
    assert "70002万元" in text, "their own figure of before"
    assert secrets(EAST_SECRET)[1] not in text


def test_who_sees_surveys_of_one_park_does_not_read_another_parks_in_a_load_for_theirs(ground: Ground, tmp_path: Path):
    both = person("both parks", ("clerk", "云州高新区"), ("economy", "东园"))
    ground.people["both parks"] = both
    draft = drafted(months(tmp_path, east_month(), west_month()), both)
    text = preview(ground, "both parks", draft)
    assert secrets(EAST_SECRET)[1] in text
    assert secrets(WEST_SECRET)[1] not in text
    assert "80001万元" in text


def test_a_sum_out_of_which_a_firm_could_be_read_stays_closed_in_the_preview(ground: Ground, tmp_path: Path):
    figure = ("东园", "规上工业总产值", "2026年10月")
    loads.load(loads.figures_book(tmp_path, (*figure, 7.13377, "亿元"), name="一.xlsx"))
    path = loads.figures_book(tmp_path, (*figure, 7.2, "亿元"), name="二.xlsx")
    for who, open_ in (("economy", True), ("clerk east", False)):
        text = preview(ground, who, drafted(path, ground.people[who]))
        assert ("7.13377亿元" in text) is open_, who
        assert "7.2亿元" in text


def test_a_contact_is_masked_as_in_lists_and_ones_own_is_read_back(ground: Ground, tmp_path: Path):
    Enterprise.objects.filter(pk=ground.east.pk).update(phone=EAST_PHONE)
    row = (EAST_FIRM, loads.code_of(1), "东园", OTHER_PHONE)
    path = loads.workbook(tmp_path / "电话.xlsx", {"企业台账": (FIRM_HEAD, row)})
    clerk = drafted(path, ground.people["clerk east"])
    text = preview(ground, "clerk east", clerk)
    assert EAST_PHONE not in text
    assert f"{EAST_PHONE[:3]}****{EAST_PHONE[-4:]}" in text
    assert OTHER_PHONE in text
    assert EAST_PHONE in preview(ground, "park east", drafted(path, ground.people["park east"]))


def test_contacts_of_a_colleagues_load_on_its_way_stay_closed_at_every_step(ground: Ground, tmp_path: Path):
    row = (EAST_FIRM, loads.code_of(1), "东园", OTHER_PHONE)
    path = loads.workbook(tmp_path / "电话.xlsx", {"企业台账": (FIRM_HEAD, row)})
    draft = drafted(path, ground.people["park east"])
    for step in ("sheets", "columns", "problems", "firms", "preview"):
        assert ground.client("clerk east").get(f"/load/{draft.pk}/{step}/").status_code == 403, step
        assert ground.client("park east").get(f"/load/{draft.pk}/{step}/").status_code == 200, step


def test_without_the_right_to_see_figures_no_earlier_one_is_shown(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from qipan.registry import previewed

    clerk = ground.people["clerk east"]
    draft = drafted(months(tmp_path, east_month()), clerk)
    assert EAST_OPEN in preview(ground, "clerk east", draft)
    Grant.objects.filter(user=clerk).update(until=date(2018, 1, 2))
    assert previewed.readable(
        User.objects.get(pk=clerk.pk), [previewed.Said("figure", "firm_power", 1, "old", "new")], own=True
    ) == [previewed.Read(None, "new", closed=True)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_closed_says_so_in_both_languages(ground: Ground, tmp_path: Path, language: str):
    draft = drafted(months(tmp_path, east_month()), ground.people["clerk east"])
    client = ground.client("clerk east")
    client.cookies["qipan_language"] = language
    said = CLOSED if language == "zh-hans" else "not shown: you have no right to see it"
    assert said in client.get(f"/load/{draft.pk}/preview/").content.decode()
