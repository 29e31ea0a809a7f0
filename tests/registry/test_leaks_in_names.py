"""Names of files and firms made to break a load: cut, spelled out or kept as text, and always said."""

from __future__ import annotations

from pathlib import Path

import pytest

import loads
from qipan.engine.sheets.reading import readable
from qipan.platform.models import BatchSheet
from qipan.registry.models import Enterprise


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Path:
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
    loads.load(loads.units_book(tmp_path / "zone"))
    return tmp_path


def test_a_text_longer_than_its_field_is_cut_and_said(zone: Path):
    batch = loads.load(loads.firms_book(zone, loads.firm(1, "长" * 400), loads.firm(2, "短公司", status="续" * 90)))
    assert batch.problem_counts["imports.text-cut"] == 2
    for firm in Enterprise.objects.all():
        for field in firm._meta.concrete_fields:
            if field.max_length:
                assert len(getattr(firm, field.attname) or "") <= field.max_length


def test_a_file_named_by_another_system_is_read_under_its_name(zone: Path):
    path = zone / "企业台账.csv".encode("gb18030").decode("utf-8", "surrogateescape")
    loads.text_file(path, [loads.FIRM_HEAD, loads.firm(1, "云州甲公司")])
    batch = loads.load(path)
    assert (batch.name, BatchSheet.objects.get(batch=batch).file_name) == ("企业台账.csv", "企业台账.csv")
    assert readable("\udcff\udcfe\udc81").encode()


@pytest.mark.parametrize(
    "name", ["<script>甲</script>公司", "=cmd|' /C calc'!A0公司", "甲\u202e乙公司", "云州甲'; DROP TABLE fact;--公司"]
)
def test_a_name_is_only_text(zone: Path, name: str):
    loads.load(loads.text_file(zone / "企业台账.csv", [loads.FIRM_HEAD, loads.firm(1, name)]))
    assert list(Enterprise.objects.values_list("name", flat=True)) == [name]
