"""The portrait of a firm: its years beside its peers, the parks it moved through, titles about to expire."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.sample import Zone, new_firm

from qipan.platform.models import User
from qipan.platform.rights import person
from qipan.platform.screens.changing import change
from qipan.registry.models import Enterprise, Fact, Measure, Qualification, Scope
from qipan.registry.screens import FIRMS
from qipan.web.drawing import BandPoint, band_picture

COMMON = {"unit": "万元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}


@pytest.fixture
def firm(zone: Zone) -> Enterprise:
    """A firm with taxes of three years, and six peers of whom two have any."""
    Scope.objects.create(id=0, text="")
    tax = Measure.objects.create(code="firm_tax", names={"zh": "税金", "en": "Tax"}, pack="p", version="1", **COMMON)
    made = [new_firm(f"厂{number}", zone.east, industry="3985", size="大") for number in range(7)]
    for number, one in enumerate(made):
        for year in (2023, 2024, 2025):
            if number < 6 or year == 2025:
                value = (number + 1) * 100_000_000
                Fact.objects.create(
                    subject_id=one.pk, measure=tax, period=year * 100 + 19, basis=1, value=value, batch=1, origin=2
                )
    return made[0]


def test_the_years_stand_beside_the_middle_half_of_the_peers(zone: Zone, firm: Enterprise, client: Client):
    client.force_login(zone.leader)
    answer = client.get(f"/firms/{firm.pk}/portrait/", headers={"hx-request": "true"})
    (chart,) = answer.context["charts"]
    assert len(chart.picture.dots) == 3
    assert "同行中位数" in chart.sentence
    assert "6 户" in chart.sentence
    page = answer.content.decode()
    assert "税金" in page
    assert "<html" not in page
    assert "<html" in client.get(f"/firms/{firm.pk}/portrait/").content.decode()


def test_a_survey_s_years_are_drawn_for_statistics_staff_only(zone: Zone, firm: Enterprise, client: Client):
    Fact.objects.update(origin=Fact.Origin.SURVEY)
    for who, drawn in ((zone.leader, 0), (zone.park, 0), (zone.economy, 1)):
        client.force_login(who)
        answer = client.get(f"/firms/{firm.pk}/portrait/", headers={"hx-request": "true"})
        assert len(answer.context["charts"]) == drawn
        assert len(client.get(f"/firms/{firm.pk}/brief/").context["brief"].charts) == drawn


def test_moves_between_parks_are_told_and_a_park_one_may_not_see_has_no_name(
    zone: Zone, firm: Enterprise, client: Client
):
    officer = person(User.objects.get(pk=zone.economy.pk))
    assert change(officer, FIRMS, firm.pk, None, {"park": "西园"}).done
    assert change(officer, FIRMS, firm.pk, None, {"park": "东园"}).done
    client.force_login(zone.leader)
    moves = client.get(f"/firms/{firm.pk}/portrait/", headers={"hx-request": "true"}).context["moves"]
    assert [(move.before, move.after) for move in moves] == [("西园", "东园"), ("东园", "西园")]
    client.force_login(zone.park)
    seen = client.get(f"/firms/{firm.pk}/portrait/", headers={"hx-request": "true"}).content.decode()
    assert "西园" not in seen


def test_a_title_about_to_expire_says_so(zone: Zone, firm: Enterprise, client: Client):
    soon = timezone.localdate() + timedelta(days=30)
    Qualification.objects.create(enterprise=firm, kind="hightech", until=soon)
    client.force_login(zone.leader)
    assert "即将到期" in client.get(f"/firms/{firm.pk}/").content.decode()


def test_nobody_opens_a_portrait_that_is_not_theirs(zone: Zone, client: Client):
    other = new_firm("西部", zone.west)
    client.force_login(zone.park)
    for part in ("portrait/", "brief/", "brief.docx"):
        assert client.get(f"/firms/{other.pk}/{part}").status_code == 404
    client.force_login(zone.system)
    for part in ("portrait/", "brief/", "brief.docx"):
        assert client.get(f"/firms/{other.pk}/{part}").status_code == 403


def test_years_without_peers_have_no_band_and_a_gap_stays_a_gap():
    band = (1.0, 2.0, 3.0)
    picture = band_picture([BandPoint(1, band), BandPoint(None, band), BandPoint(3, None), BandPoint(4, band)])
    assert len(picture.bands) == len(picture.middles) == 2
    assert picture.path.count("M") == 2
    assert len(picture.dots) == 3


def test_a_firm_that_never_changed_is_drawn_all_the_same():
    picture = band_picture([BandPoint(0, None), BandPoint(0, None)])
    assert "nan" not in picture.path
    assert band_picture([]).path == ""
