"""Figures by the API: what one asks for, in three formats, page after page, and nothing that is not one's own."""

from __future__ import annotations

import io

import polars as pl
import pytest
from django.test import Client
from tests.web.api.programs import V1, facts, program
from tests.web.attack_ground import EAST_FIRM, EAST_SECRET, WEST_FIRM, Ground, unit

from qipan.platform.models import Batch, User
from qipan.registry.fact_query import iso
from qipan.registry.models import Fact, Return
from qipan.web.api.asked import period


@pytest.fixture
def economy(ground: Ground) -> Client:
    return program(ground.people["economy"])


def test_figures_come_with_their_value_in_the_measures_unit_and_the_way_to_their_source(economy: Client):
    zone = unit("云州高新区").code
    found = facts(economy, measure="industrial_output", subject=zone, period="2026-10", reading="actual")
    assert [(one["value"], one["unit"], one["period"], one["basis"]) for one in found] == [
        (9100.0, "亿元", "2026-10", "cumulative")
    ]
    assert found[0]["name"] == "云州高新区"
    client = Client()
    client.force_login(User.objects.get(username="economy"))
    assert "9,100" in client.get(found[0]["why"]).content.decode()


def test_the_three_formats_say_the_same(economy: Client):
    asked = {"measure": ["industrial_output", "gdp", "firm_power"]}
    rows = facts(economy, **asked)
    csv = economy.get(f"{V1}/facts", {**asked, "format": "csv"})
    arrow = economy.get(f"{V1}/facts", asked, headers={"Accept": "application/vnd.apache.arrow.stream"})
    assert csv["Content-Type"].startswith("text/csv")
    assert arrow["Content-Type"] == "application/vnd.apache.arrow.stream"
    read = pl.read_csv(io.BytesIO(csv.content), infer_schema_length=None)
    stream = pl.read_ipc_stream(io.BytesIO(arrow.content))
    assert len(rows) > 5
    assert [row["why"] for row in rows] == read["why"].to_list() == stream["why"].to_list()
    assert [row["value"] for row in rows] == stream["value"].to_list() == read["value"].to_list()


def test_a_figure_says_the_status_of_its_return_and_whether_it_is_preliminary_in_every_format(
    ground: Ground, economy: Client
):
    asked = {"measure": ["industrial_output", "gdp", "firm_power"]}
    before = {row["status"] for row in facts(economy, **asked)}
    assert before == {"submitted"}
    Return.objects.filter(period=202610, unit=unit("东园").pk).update(status=Return.Status.LOCKED)
    Return.objects.filter(period=202610, unit=unit("西园").pk).update(status=Return.Status.APPROVED)
    rows = {row["why"]: row for row in facts(economy, **asked)}
    units = [unit("东园").pk, unit("西园").pk]
    october = [row for row in rows.values() if row["subject"] in units and row["period"] == "2026-10"]
    told = {(row["subject"], row["status"], row["preliminary"]) for row in october}
    assert told == {(units[0], "locked", False), (units[1], "approved", True)}
    assert {row["preliminary"] for row in rows.values() if row["status"] == "submitted"} == {True}
    csv = pl.read_csv(io.BytesIO(economy.get(f"{V1}/facts", {**asked, "format": "csv"}).content))
    arrow = pl.read_ipc_stream(io.BytesIO(economy.get(f"{V1}/facts", {**asked, "format": "arrow"}).content))
    for table in (csv, arrow):
        said = dict(zip(table["why"], table.select("status", "preliminary").rows(), strict=True))
        assert said == {why: (row["status"], row["preliminary"]) for why, row in rows.items()}


def test_a_firms_figure_stands_in_the_return_of_the_unit_it_was_loaded_for(ground: Ground, economy: Client):
    firm = facts(economy, measure="firm_power", subject=str(ground.east.pk))[0]
    home = Batch.objects.get(pk=firm["batch"]).unit
    Return.objects.filter(unit=home, ledger="enterprise_months").update(status=Return.Status.PUBLISHED)
    again = facts(economy, measure="firm_power", subject=str(ground.east.pk))[0]
    assert (again["status"], again["preliminary"]) == ("published", False)


def test_of_a_figure_that_came_in_no_ledger_nobody_knows_a_status(ground: Ground, economy: Client):
    Fact.objects.filter(measure__code="gdp").update(sheet=None)
    row = facts(economy, measure="gdp")[0]
    assert (row["status"], row["preliminary"]) == (None, None)


def test_page_after_page_gives_every_figure_once(economy: Client):
    asked = {"measure": "industrial_output,gdp,firm_output,firm_power"}
    whole = [row["why"] for row in facts(economy, **asked)]
    found, address = [], f"{V1}/facts?measure={asked['measure']}&limit=2"
    while address:
        page = economy.get(address).json()
        assert len(page["facts"]) <= 2
        found += [row["why"] for row in page["facts"]]
        address = page["next"]
    assert found == whole
    assert len(set(whole)) == len(whole) > 8


def test_a_single_firms_survey_figure_is_for_statistics_staff_only(ground: Ground):
    def seen(who: str) -> set[str]:
        client = program(ground.people[who])
        return {row["text"] for row in facts(client, measure="firm_output", kind="enterprise")}

    assert EAST_SECRET in seen("economy")
    assert seen("leader") == set()
    assert seen("park east") == set()


def test_a_token_opens_no_more_than_its_rights_and_its_unit(ground: Ground):
    economy = ground.people["economy"]
    without = program(economy, "figures.see")
    assert facts(without, measure="firm_output", kind="enterprise") == []
    bound = program(economy, "figures.see", "survey.see", "firms.see", unit=unit("东园").pk)
    assert {row["name"] for row in facts(bound, measure="firm_output", kind="enterprise")} == {EAST_FIRM}
    assert WEST_FIRM not in bound.get(f"{V1}/facts?measure=firm_power").content.decode()
    nothing = program(economy, "definitions.see")
    assert nothing.get(f"{V1}/facts?measure=gdp").status_code == 403


def test_a_figure_whose_firm_one_may_not_see_comes_without_its_name(ground: Ground):
    found = facts(program(ground.people["leader"], "figures.see"), measure="firm_power")
    assert found
    assert {(row["name"], row["code"]) for row in found} == {(None, None)}


def test_everything_that_is_wrong_is_said_at_once(economy: Client):
    answer = economy.get(f"{V1}/facts?measure=gdp,nothing&reading=guess&subject=nobody")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [(one["code"], one["field"]) for one in answer.json()["problems"]] == [
        ("api.unknown-code", "measure"),
        ("api.unknown-code", "subject"),
        ("api.wrong-value", "reading"),
    ]
    assert economy.get(f"{V1}/facts").json()["problems"][0]["code"] == "api.missing-value"
    assert economy.get(f"{V1}/facts?measure=gdp&format=xml").status_code == 406
    assert economy.get(f"{V1}/facts?measure=gdp&at=xx").status_code == 422
    assert economy.get(f"{V1}/facts?measure=gdp&since=soon").status_code == 422


def test_what_did_not_change_is_not_sent_again(economy: Client):
    first = economy.get(f"{V1}/facts?measure=gdp")
    again = economy.get(f"{V1}/facts?measure=gdp", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = economy.get(f"{V1}/facts?measure=firm_power", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("code", [202610, 202613, 202616, 202617, 202618, 202619, 202603202605])
def test_a_period_is_read_back_as_it_is_written(code: int):
    assert period("period", iso(code)).code == code
