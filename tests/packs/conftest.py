"""Small packs written for one test each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from qipan.packs import Checked, check, shipped_root

HEAD = """\
id: {id}
version: "2026.11"
names: {{zh: 试, en: Trial}}
needs: [{needs}]
licence: Apache-2.0
"""
UNITS = """\
unit,en,dimension,factor,aliases,source
元,CNY,money_cny,1,,惯例
万元,CNY 10 thousand,money_cny,10000,,惯例
家,firms,count,1,,惯例
%,%,percent,1,,惯例
位,place,rank,1,,惯例
"""
DIMENSIONS = """\
dimension,zh,en,base,places,source
money_cny,金额,Money,元,2,惯例
count,个数,Count,家,0,惯例
percent,比率,Ratio,%,4,惯例
rank,位次,Place,位,0,惯例
"""
MEASURE = """\
- code: {code}
  names: {{zh: {zh}, en: {zh} in English}}
  unit: {unit}
  decimals: 1
  basis: cumulative
  direction: up
  aggregation: sum
  frequency: month
  publication: {{day: 18}}
  publisher: {{zh: 统计局, en: Statistics bureau}}
  growth: same_scope
  secrecy: internal
  theme: 工业
  scope: {{zh: 全部, en: all}}
  definition: {{zh: 甲, en: A}}
  source: {{doc: 某文件, status: practice}}
  from: 2020-01-01
"""

PackAt = Callable[..., Path]


@pytest.fixture(scope="session")
def tables() -> dict[str, str]:
    """A table of units with five units in four dimensions."""
    return {"tables/units.csv": UNITS, "tables/dimensions.csv": DIMENSIONS}


@pytest.fixture(scope="session")
def measure() -> Callable[..., str]:
    """The text of a sound measure; lines may be replaced."""

    def text(code: str = "output", zh: str = "产值", unit: str = "万元", *swaps: tuple[str, str]) -> str:
        found = MEASURE.format(code=code, zh=zh, unit=unit)
        for old, new in swaps:
            assert old in found
            found = found.replace(old, new)
        return found

    return text


@pytest.fixture
def pack_at(tmp_path: Path) -> PackAt:
    """Write a pack folder from file names and texts, and return it."""

    def write(files: Mapping[str, str | bytes], *, name: str = "trial", needs: str = "", head: str = HEAD) -> Path:
        folder = tmp_path / name
        for path, text in {"pack.yaml": head.format(id=name, needs=needs), **files}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return write


@pytest.fixture(scope="session")
def hitech() -> Checked:
    """The shipped pack of a high-tech zone, checked."""
    return check(shipped_root() / "cn-hitech")
