"""A cell says what stands in a record, in the language of the page, and hides what its reader may not know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from qipan.platform.models import Batch
from qipan.platform.screens import Column, Kind, Screen, screen_of
from qipan.platform.screens.cells import EMPTY, cell, rows_of, veil
from qipan.platform.term import Term
from qipan.registry.models import Enterprise, Fact, Measure, Qualification, Scope

if TYPE_CHECKING:
    from tests.web.sample import Zone


def column(screen: str, code: str) -> tuple[Screen, Column]:
    found = screen_of(screen)
    assert found is not None
    one = found.column(code)
    assert one is not None
    return found, one


def said(screen: str, code: str, record: Any, user: Any) -> tuple[Any, str]:
    _screen, one = column(screen, code)
    shown = cell(one, record, user)
    return shown.value, shown.text


def test_every_kind_reads_as_people_write_it(firms: Zone):
    firm = Enterprise.objects.get(name="企业07")
    firm.capital = 123_456_789_00
    user = firms.leader
    assert said("firms", "name", firm, user) == ("企业07", "企业07")
    assert said("firms", "registered", firm, user) == (date(2007, 1, 1), "2007-01-01")
    assert said("firms", "park", firm, user) == (firms.west.pk, "西园")
    assert said("firms", "capital", firm, user) == (Decimal("12345.6789"), "12,345.68")
    assert said("firms", "size", firm, user) == ("微", "微型")
    assert said("firms", "title", Enterprise.objects.get(name="企业12"), user)[0] == ["gazelle", "hightech"]
    with translation.override("en"):
        user._branches = None
        assert said("firms", "park", firm, user)[1] == "West Park"
        assert said("firms", "size", firm, user)[1] == "Micro"
        assert said("firms", "above_scale", Enterprise.objects.get(name="企业04"), user) == (True, "Yes")


def test_what_is_not_there_is_an_empty_cell(firms: Zone):
    firm = Enterprise.objects.get(name="企业00")
    for code in ("registered", "uscc", "capital", "city"):
        assert cell(column("firms", code)[1], firm, firms.leader) == EMPTY


def test_a_contact_is_masked_in_value_and_text(firms: Zone):
    firm = Enterprise.objects.get(name="企业07")
    for code, masked in (("phone", "138****0007"), ("person", "张**")):
        shown = cell(column("firms", code)[1], firm, firms.leader)
        assert (shown.value, shown.text, shown.masked) == (masked, masked, True)


def test_a_contact_is_open_where_the_right_holds_and_nowhere_else(firms: Zone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("qipan.platform.screens.cells.units_of", lambda _actor, _right: frozenset({firms.east.pk}))
    screen, phone = column("firms", "phone")
    records = list(Enterprise.objects.filter(name__in=["企业00", "企业01", "企业02"]).order_by("name"))
    assert [row[0].masked for row in rows_of(screen, (phone,), records, firms.leader)] == [False, True, True]


def test_a_record_is_called_by_name_only_where_it_may_be_seen(firms: Zone):
    title = Qualification.objects.filter(enterprise__unit=firms.west).first()
    assert title is not None
    assert said("qualifications", "firm", title, firms.leader)[1] == title.enterprise.name
    assert said("qualifications", "firm", title, firms.park)[1] == ""


def test_a_figure_reads_in_its_measures_unit_and_decimals(firms: Zone):
    Scope.objects.create(id=0, text="")
    measure = Measure.objects.create(
        code="m", names={"zh": "产值", "en": "Output"}, unit="亿元", decimals=1, dimension="money_cny", places=2,
        basis="cumulative", pack="p", version="1",
    )  # fmt: skip
    batch = Batch.objects.create(state="committed", name="月报.xlsx", by_name="x")
    fact = Fact.objects.create(
        subject_id=firms.zone.pk, measure=measure, period=202610, basis=1, value=84_863_000_000_00, batch=batch.pk
    )
    user = firms.leader
    assert said("facts", "value", fact, user) == (Decimal("848.6"), "848.6")
    assert said("facts", "subject", fact, user)[1] == "云州高新区"
    assert said("facts", "measure", fact, user)[1] == "产值"
    assert said("facts", "period", fact, user)[1] == "2026年10月"
    assert said("facts", "basis", fact, user)[1] == "累计"
    assert said("facts", "batch", fact, user)[1] == "月报.xlsx"


def test_a_page_of_cells_needs_few_queries(firms: Zone, django_assert_max_num_queries: Any):
    screen = screen_of("firms")
    assert screen is not None
    records = list(Enterprise.objects.all())
    with django_assert_max_num_queries(5):
        rows = rows_of(screen, screen.columns, records, firms.leader)
    assert len(rows) == 30


def test_a_code_of_a_zones_own_lies_in_the_records_json(firms: Zone):
    own = Column("pipes", Term("管廊", "Pipes"), Kind.INTEGER, field="extra__pipes")
    firm = Enterprise.objects.get(name="企业07")
    firm.extra = {"pipes": 1200}
    assert cell(own, firm, firms.leader).text == "1,200"
    firm.extra = None
    assert cell(own, firm, firms.leader) == EMPTY


@pytest.mark.parametrize(
    ("text", "veiled"),
    [("13812345678", "138****5678"), ("0537-123", "05****"), ("张三", "张**"), ("", "**"), ("1234567", "12****")],
)
def test_a_veil_leaves_enough_to_recognise(text: str, veiled: str):
    assert veil(text) == veiled
