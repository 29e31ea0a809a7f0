"""Who watches a record hears of what a load brought for it, as far as they may see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.sample import Zone, new_firm

import loads
from qipan.platform.definitions import install
from qipan.platform.models import User
from qipan.platform.records.models import Notice
from qipan.platform.records.telling import watch
from qipan.platform.rights import machine, person
from qipan.registry.models import Enterprise
from qipan.registry.screens import FIRMS, UNITS

NAME = "云州东方精密机械有限公司"
MONTHLY = (
    ("报告期", "企业名称", "统一社会信用代码", "工业总产值(千元)"),
    ("2026年10月", NAME, loads.code_of(1), 713377),
)


@pytest.fixture
def firm(zone: Zone) -> Enterprise:
    """A firm the leader and the economy desk watch."""
    assert install(machine("test")).done
    made = new_firm(NAME, zone.east, uscc=loads.code_of(1))
    for user in (zone.leader, zone.economy):
        assert watch(person(user), FIRMS, made.pk, on=True).done
    return made


def told(user: User) -> list[tuple[str, str, int, list[str]]]:
    return list(Notice.objects.filter(user=user).values_list("screen", "kind", "record", "fields"))


def test_new_titles_are_told_to_whoever_watches_the_firm(zone: Zone, firm: Enterprise, tmp_path: Path):
    rows = (
        ("企业名称", "统一社会信用代码", "资质类型", "证书编号", "发证日期", "有效期至"),
        (NAME, loads.code_of(1), "高新技术企业", "GR202637000001", "2026-11-01", "2029-11-01"),
    )
    loads.load(loads.workbook(tmp_path / "资质名单.xlsx", {"资质名单": rows}))
    assert told(zone.leader) == [("firms", "brought", firm.pk, ["qualifications"])]
    assert told(zone.park) == [], "nobody who does not watch it"


def test_a_survey_of_a_single_firm_is_told_only_to_whom_it_is_open(zone: Zone, firm: Enterprise, tmp_path: Path):
    loads.load(loads.workbook(tmp_path / "企业月报.xlsx", {"企业月报": MONTHLY}))
    assert told(zone.leader) == [], "that a firm handed in is part of the survey's secret"
    assert told(zone.economy) == [("firms", "brought", firm.pk, ["facts"])]
    loads.load(loads.workbook(tmp_path / "again.xlsx", {"企业月报": MONTHLY}))
    assert len(told(zone.economy)) == 1, "a load that brings nothing new tells nothing"


def test_new_figures_of_a_park_are_told_to_whoever_watches_it_but_who_loaded_them(zone: Zone, tmp_path: Path):
    assert install(machine("test")).done
    for user in (zone.leader, zone.economy):
        assert watch(person(user), UNITS, zone.east.pk, on=True).done
    rows = (("园区", "报告期", "规模以上工业总产值(万元)"), ("东园", "2026年1-10月", 123_456))
    loads.load(loads.workbook(tmp_path / "园区指标.xlsx", {"园区指标": rows}), by=zone.economy)
    assert told(zone.leader) == [("units", "brought", zone.east.pk, ["facts"])]
    assert told(zone.economy) == []
