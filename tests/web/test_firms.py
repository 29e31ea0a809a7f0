"""The page of a firm: what it masks, and what only statistics staff read there."""

from __future__ import annotations

from datetime import date

from django.test import Client
from tests.web.sample import Zone, new_firm

from qipan.registry.models import Fact, Measure, Qualification, Scope


def test_a_title_that_has_run_out_is_said_to_have(zone: Zone, client: Client):
    firm = new_firm("某厂", zone.east)
    Qualification.objects.create(enterprise=firm, kind="hightech", since=date(2020, 1, 1), until=date(2023, 1, 1))
    client.force_login(zone.leader)
    assert "已过期" in client.get(f"/firms/{firm.pk}/").content.decode()


def test_a_firm_page_masks_the_phone_and_hides_survey_figures_from_a_leader(zone: Zone, client: Client):
    firm = new_firm("某厂", zone.east, phone="13812345678", capital=500_000_000)
    common = {"unit": "亿元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}
    names = {"zh": "产值", "en": "Output"}
    Scope.objects.create(id=0, text="")
    measure = Measure.objects.create(code="firm_output", names=names, pack="p", version="1", **common)
    Fact.objects.create(
        subject=firm.subject, measure=measure, period=202610, basis=1, value=123_456_000_000, batch=1, origin=1
    )
    client.force_login(zone.leader)
    seen = client.get(f"/firms/{firm.pk}/").content.decode()
    assert "138****5678" in seen
    assert "13812345678" not in seen
    assert "只向统计人员开放" in seen
    client.force_login(zone.economy)
    assert "12.3" in client.get(f"/firms/{firm.pk}/").content.decode()
