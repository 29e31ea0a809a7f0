"""What the words over a column say: name, unit, period, and which figure of its group it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qipan.engine.periods import Basis, Statement, seek, state
from qipan.engine.sheets.text import bracketed, fold, narrow
from qipan.engine.units import UnitTable

SERIAL = {"序号", "编号no", "no", "行号", "序", "排序号", "xh"}
UNIT_TAIL = re.compile(r"^(.*?[^\s,,、::/_])[\s,,、::/_]+([^\s,,、::/_]{1,8})$")
UNIT_LEAD = re.compile(r"(?:计量|金额|货币)?单位[::]\s*(\S+)")

GROWTH = re.compile(
    r"^(?:同比|同期|比上年|比去年|较上年|较去年|上年|去年|可比价|现价|名义|实际)*(?:同期)?"
    r"(?:±%?|\+-%?|增速|增幅|增长率?|增减率?|增减%?|增长%|增速%|比增|同比|同比±%?|同比增长率?|同比增速|增长速度|yoy|growth|变动|增减幅度)%?$"
)
PROGRESS = re.compile(
    r"^(?:完成|占|达)?(?:全年|年度|年|年初)?(?:目标|计划|任务|预算)?(?:完成)?(?:%|率|比例|进度|百分比|占比|情况%)+$|^progress$"
)
RANK = re.compile(r"^(?:全市|全省|我区|市|本区|增速)?(?:内|中)?(?:位次|排名|排位|名次|位置|居全市位次)$|^rank$")
TARGET = re.compile(
    r"^(?:本年|全年|年度|年|当年|今年|年初)?(?:确定|下达|预期|预计|力争)?(?:目标|计划|任务|预算)(?:数|值|任务|额|目标)?$|^(?:annual)?target$"
)
EXPECTED = re.compile(r"^(?:全年|年度|年)?(?:预计|预期|预测)(?:完成|数|值|额)*$|^expected$")
LAST_YEAR = re.compile(r"^(?:上年|去年)(?:同期|同月)?(?:数|值|绝对额|总量|完成)?$|^同期(?:数|值)?$")
VALUE = re.compile(
    r"^(?:实际|累计|本月|本年|当月|本期)*(?:绝对额|绝对量|绝对数|绝对值|总量|数值|数量|指标值|完成|完成数|完成额|完成值|完成量|实绩|实际数?|累计数?|本期|本期数?|数据|值|数|额|金额|value|actual)$"
)
CITY = re.compile(r"全市|市平均|全市平均|本市|市级水平")
SINGLE = re.compile(r"本月|当月|单月|本期月|当期")
CUMULATIVE = re.compile(r"本年累计|年累计|累计|自年初|年初至|本月止|1-本月|止累")
STOCK = re.compile(r"期末|月末|年末|季末|季度末|存量|时点")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column heading understood as far as its own words go.

    `path` are the heading's rows from top to bottom, `bare` the lowest one without unit, period and brackets, `group`
    the same for those above. `forms` are the texts by which the column may be found in a ledger, strongest first,
    with their strength.
    """

    path: tuple[str, ...]
    bare: str
    group: str
    forms: tuple[tuple[str, float], ...]
    unit: str | None
    stated: Statement | None
    stated_text: str | None
    basis: int | None
    part: str
    city: bool

    @property
    def text(self) -> str:
        """The heading as one line."""
        return " / ".join(self.path)


@dataclass(frozen=True, slots=True)
class _Level:
    bare: str
    unit: str | None
    stated: Statement | None
    stated_text: str | None


def part_of(bare: str, group: str, *, city: bool, unit: str | None = None) -> str:
    """Return which figure of a group a heading names (value, yoy, target, progress, rank, …); "" for none."""
    word = re.sub(r"全市|本市", "", bare) if city else bare
    for part, form in (
        ("yoy", GROWTH),
        ("rank", RANK),
        ("last_year", LAST_YEAR),
        ("target", TARGET),
        ("progress", PROGRESS),
    ):
        if form.match(word):
            return part
    if EXPECTED.match(word):
        return "expected"
    if word == "%" and group:
        return "yoy"
    if VALUE.match(word) or (city and not word):
        return "value"
    if not word:
        return "value" if unit != "%" else "yoy"
    return ""


def _level(text: str, units: UnitTable) -> _Level:
    known, inside = bracketed(text)
    unit: str | None = None
    stated: Statement | None = None
    stated_text: str | None = None
    lead = UNIT_LEAD.search(known)
    if lead and (found := units.find(lead[1])):
        unit, known = found.code, known.replace(lead[0], "").strip(" ,")
    for words in inside:
        if (found := units.find(words)) is not None:
            unit = unit or found.code
        elif (said := state(words)) is not None:
            stated, stated_text = said, words
    tail = UNIT_TAIL.match(known)
    if unit is None and tail and (found := units.find(tail[2])) is not None:
        unit, known = found.code, tail[1]
    if stated is None:
        for said, words in seek(known)[:1]:
            stated, stated_text = said, words
            known = _without(known, words)
    return _Level(fold(known), unit, stated, stated_text)


def _without(text: str, words: str) -> str:
    """Return `text` without the words that state a period, however they are dashed or spaced."""
    loose = "".join(r"[\s‐-―~～〜—–至到-]*" if sign == "-" else re.escape(sign) + r"\s*" for sign in words)
    bare, count = re.subn(loose, "", text)
    return bare if count else text


@lru_cache(maxsize=16384)
def _heading(path: tuple[str, ...], units: UnitTable) -> Heading:
    levels = [_level(text, units) for text in path]
    leaf = levels[-1] if levels else _Level("", None, None, None)
    over = [level for level in levels[:-1] if level.bare]
    group = "".join(level.bare for level in over)
    unit = next((level.unit for level in reversed(levels) if level.unit), None)
    stated, stated_text = next(
        ((level.stated, level.stated_text) for level in reversed(levels) if level.stated), (None, None)
    )
    whole = "".join(fold(narrow(text)) for text in path)
    city = bool(CITY.search(whole))
    basis = stated.basis if stated and stated.basis is not None else _basis(whole)
    part = part_of(leaf.bare, group, city=city, unit=leaf.unit)
    return Heading(
        path, leaf.bare, group, _forms(path, leaf.bare, group, part), unit, stated, stated_text, basis, part, city
    )


def heading(path: tuple[str, ...], units: UnitTable) -> Heading:
    """Return what the words over a column say."""
    clean: list[str] = []
    for text in path:
        if text and text.strip() and (not clean or clean[-1] != text):
            clean.append(text)
    return _heading(tuple(clean), units)


def _basis(whole: str) -> int | None:
    if SINGLE.search(whole) and not CUMULATIVE.search(whole):
        return Basis.SINGLE
    if CUMULATIVE.search(whole):
        return Basis.CUMULATIVE
    return Basis.STOCK if STOCK.search(whole) else None


def _forms(path: tuple[str, ...], bare: str, group: str, part: str) -> tuple[tuple[str, float], ...]:
    """Return the texts to look for, strongest first; each once."""
    if not path:
        return ()
    leaf = narrow(path[-1])
    found: dict[str, float] = {}

    def offer(text: str, strength: float) -> None:
        if text and text not in found:
            found[text] = strength

    offer(fold("".join(path)), 1.0)
    offer(fold(leaf), 1.0)
    offer(group + bare, 0.98)
    offer(bare, 0.97)
    if len(path) == 1 or part == "value":
        offer(group, 0.93)
    for piece in re.split(r"[/、|\n]|或", leaf):
        offer(fold(piece), 0.9)
    for piece in (*bracketed(leaf)[1],):
        offer(fold(piece), 0.75)
    return tuple(found.items())
