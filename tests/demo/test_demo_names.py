"""Names, codes and telephones of the zone are valid in form and belong to nobody."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from qipan.engine.codes import is_uscc

REGISTER = Path(os.environ.get("QIPAN_DATA", "../shared/data")) / "registry" / "enterprises.parquet"


def test_every_credit_code_carries_both_check_digits_once(zone):
    codes = [firm.uscc for firm in zone.firms]
    assert all(is_uscc(code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_every_name_is_used_once_and_carries_the_fictional_city(zone):
    names = [firm.name for firm in zone.firms] + [firm.former for firm in zone.firms if firm.former]
    assert len(set(names)) == len(names)
    assert all(zone.parameters.city.short in name for name in names)


def test_telephones_come_from_a_range_that_was_never_handed_out(zone):
    assert all(firm.phone.startswith("1900000") and len(firm.phone) == 11 for firm in zone.firms)


@pytest.mark.realdata
def test_no_name_and_no_code_is_that_of_a_real_firm(zone):
    if not REGISTER.is_file():
        pytest.skip(f"the public register is not at {REGISTER}")
    real = pl.scan_parquet(REGISTER).select("name", "uscc")
    names = [firm.name for firm in zone.firms] + [firm.former for firm in zone.firms if firm.former]
    names += [lead.firm for lead in zone.leads] + [unit.name for unit in zone.parameters.organisations]
    codes = [firm.uscc for firm in zone.firms]
    found = real.filter(pl.col("name").is_in(names) | pl.col("uscc").is_in(codes)).collect()
    assert found.is_empty(), found


@pytest.mark.realdata
def test_the_place_is_on_no_map_and_its_region_code_is_not_assigned(zone):
    places = sorted((REGISTER.parent.parent / "geo").glob("modood_*.csv"))
    if not places:
        pytest.skip(f"the public list of places is not at {REGISTER.parent.parent / 'geo'}")
    text = "".join(path.read_text(encoding="utf-8") for path in places)
    assert zone.parameters.city.short not in text
    assert zone.parameters.region[:4] not in [line.split(",")[0].strip('"')[:4] for line in text.splitlines()]
