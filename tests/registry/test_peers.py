"""A firm's peers: same division, same size, enough of them; survey figures to statistics staff of the zone only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.web.sample import Zone, new_firm, new_person, new_zone

from qipan.platform.models import User
from qipan.registry.models import Enterprise, Fact, Measure, Scope
from qipan.registry.peers import division, peer_band
from qipan.registry.standings import expiring, least_peers

YEAR = 202519
COMMON = {"unit": "万元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}
TODAY = date(2026, 11, 20)


@pytest.fixture
def zone(db: None) -> Zone:
    """A zone with a figure of tax and one of output for eight firms of one division, large and small."""
    made = new_zone()
    Scope.objects.create(id=0, text="")
    tax = Measure.objects.create(code="tax", pack="p", version="1", **COMMON)
    output = Measure.objects.create(code="output", pack="p", version="1", **COMMON)
    for number in range(8):
        industry = ("3985", "C3911", "39")[number % 3]
        firm = new_firm(
            f"厂{number}", (made.east, made.west)[number % 2], industry=industry, size="小" if number > 5 else "大"
        )
        for measure, origin in ((tax, Fact.Origin.RECORD), (output, Fact.Origin.SURVEY)):
            fact = {"period": YEAR, "basis": 1, "value": (number + 1) * 100, "batch": 1, "origin": origin}
            Fact.objects.create(subject_id=firm.pk, measure=measure, **fact)
    new_firm("别的行业", made.east, industry="5100", size="大")
    return made


def bands(user: User, firm: Enterprise) -> list[tuple[Any, ...]]:
    keys = {one.pk: one.code for one in Measure.objects.all()}
    user = User.objects.get(pk=user.pk)
    frame = peer_band(user, firm, list(keys), [YEAR], basis=1, least=least_peers(TODAY))
    return [(keys[row[0]], *row[2:]) for row in frame.rows()]


def test_the_band_is_of_the_others_of_its_division_and_size(zone: Zone):
    firm = Enterprise.objects.get(name="厂0")
    assert bands(zone.leader, firm) == [("tax", 5, 300.0, 400.0, 500.0)]


def test_survey_figures_are_in_no_band_but_statistics_staffs(zone: Zone):
    firm = Enterprise.objects.get(name="厂0")
    assert [row[0] for row in bands(zone.economy, firm)] == ["tax", "output"]
    assert [row[0] for row in bands(zone.park, firm)] == ["tax"]
    assert bands(zone.system, firm) == []
    of_a_park = new_person("of-a-park", "economy", zone.east)
    assert [row[0] for row in bands(of_a_park, firm)] == ["tax"], "the others' parks are not theirs"


def test_a_group_too_small_has_no_band(zone: Zone):
    assert bands(zone.economy, Enterprise.objects.get(name="厂6")) == []
    Fact.objects.filter(subject=Enterprise.objects.get(name="厂5").pk).delete()
    assert bands(zone.leader, Enterprise.objects.get(name="厂0")) == []


def test_where_the_size_is_not_known_above_scale_or_not_stands_for_it(zone: Zone):
    Enterprise.objects.filter(size="大").update(size="", above_scale=True)
    Enterprise.objects.filter(size="小").update(size="")
    assert [row[1] for row in bands(zone.leader, Enterprise.objects.get(name="厂0"))] == [5]
    assert bands(zone.leader, Enterprise.objects.get(name="厂6")) == []


@pytest.mark.parametrize(
    ("industry", "found"), [("3985", "39"), ("C39", "39"), ("C", ""), ("", ""), ("光电", ""), ("3", "")]
)
def test_the_division_is_two_digits_or_unknown(industry: str, found: str):
    assert division(Enterprise(industry=industry)) == found


@pytest.mark.parametrize(
    ("until", "soon"), [(date(2026, 11, 20), True), (date(2027, 2, 18), True), (date(2027, 2, 19), False),
                        (date(2026, 11, 19), False), (None, False)],
)  # fmt: skip
def test_a_title_about_to_expire_is_flagged_as_the_packs_say(until: date | None, soon: bool):
    assert expiring(until, TODAY) is soon
