"""Names of firms as ledgers have them: real names with the slips that people and systems make.

Nothing here asks the engine where a name's parts are: the place is known from the registry's own columns, and the
brand is what stands behind it. The measured side must not write its own examination.
"""
# ruff: noqa: ARG001

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from pypinyin import Style, lazy_pinyin

_COMMON = "金德鑫华瑞达天宏盛源海丰泰利通和信诚佳美兴龙顺祥新康荣东方正安恒大亿万中友联创力凯科博智云星"
_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|公司|专业合作社)$")
_NEW_FORMS = "国业东华贸电机丰龙兴宝广发达开联长门马运远进铁钢银锦铝阳万义乐亿仓优农动"
_OLD_FORMS = "國業東華貿電機豐龍興寶廣發達開聯長門馬運遠進鐵鋼銀錦鋁陽萬義樂億倉優農動"
_OLD = dict(zip(_NEW_FORMS, _OLD_FORMS, strict=True))


@dataclass(frozen=True, slots=True)
class Firm:
    """A real name and how many characters of it are its place."""

    name: str
    lead: int

    @property
    def place(self) -> str:
        """The place in front of the name."""
        return self.name[: self.lead]

    @property
    def rest(self) -> str:
        """The name without the place in front."""
        return self.name[self.lead :]

    @property
    def span(self) -> tuple[int, int]:
        """Where brand and the beginning of the trade stand."""
        return self.lead, max(self.lead + 2, min(self.lead + 6, len(_FORM.sub("", self.name))))


def firm(name: str, province: str | None, city: str | None) -> Firm:
    """Return a firm of this name, its place told by the registry's province and city."""
    homes = "|".join(home for home in (province, city) if home)
    lead = re.match(rf"^(?:(?:{homes})[省市]?)*(?:[\u4e00-\u9fff]{{2}}[县区])?", name) if homes else None
    size = lead.end() if lead else 0
    return Firm(name, size if len(name) - size >= 4 else 0)


@cache
def _homophones() -> dict[str, str]:
    by_sound: defaultdict[str, list[str]] = defaultdict(list)
    # Characters of the first level of GB 2312: what an input method offers first.
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                letter = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            by_sound[lazy_pinyin(letter, style=Style.NORMAL)[0]].append(letter)
    return {letter: "".join(other) for other in by_sound.values() for letter in other}


def _replace_at(name: str, place: int, letter: str) -> str:
    return name[:place] + letter + name[place + 1 :]


def homophone(real: Firm, dice: random.Random) -> str:
    """One character of brand or trade is another of the same sound."""
    place = dice.randrange(*real.span)
    others = [letter for letter in _homophones().get(real.name[place], "") if letter != real.name[place]]
    return _replace_at(real.name, place, dice.choice(others)) if others else real.name


def wrong_character(real: Firm, dice: random.Random) -> str:
    """One character of brand or trade is any other common one."""
    return _replace_at(real.name, dice.randrange(*real.span), dice.choice(_COMMON))


def lost_character(real: Firm, dice: random.Random) -> str:
    """One character of brand or trade is gone."""
    place = dice.randrange(*real.span)
    return real.name[:place] + real.name[place + 1 :]


def swapped(real: Firm, dice: random.Random) -> str:
    """Two neighbours have changed places."""
    start, end = real.span
    place = dice.randrange(start, max(start + 1, end - 1))
    name = real.name
    return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]


def without_place(real: Firm, dice: random.Random) -> str:
    """The place in front is dropped."""
    return real.rest


def place_suffix(real: Firm, dice: random.Random) -> str:
    """省, 市, 县 or 区 behind the place is dropped, or 市 added."""
    shorter = re.sub(r"[省市县区]$", "", real.place)
    if shorter != real.place:
        return shorter + real.rest
    return real.place + "市" + real.rest if real.lead == 2 else real.name


def bracketed(real: Firm, dice: random.Random) -> str:
    """The place stands in brackets behind the brand."""
    return f"{real.rest[:2]}（{real.place}）{real.rest[2:]}" if real.place and len(real.rest) > 6 else real.name


def other_form(real: Firm, dice: random.Random) -> str:
    """The legal form is another: a firm was turned into a company by shares, or the clerk wrote it so."""
    if "股份有限公司" in real.name:
        return real.name.replace("股份有限公司", "有限公司")
    if "有限责任公司" in real.name:
        return real.name.replace("有限责任公司", "有限公司")
    return real.name.replace("有限公司", dice.choice(["有限责任公司", "股份有限公司"]))


def without_form(real: Firm, dice: random.Random) -> str:
    """The legal form is dropped."""
    return _FORM.sub("", real.name)


def abbreviated(real: Firm, dice: random.Random) -> str:
    """Only the first four to six characters behind the place are left, as people say it."""
    short = _FORM.sub("", real.rest)[: dice.choice([4, 4, 5, 6])]
    return (real.place if dice.random() < 0.3 else "") + short


def dressed(real: Firm, dice: random.Random) -> str:
    """Old characters or a space in the middle: the same name in other clothes."""
    if dice.random() < 0.4:
        return "".join(_OLD.get(letter, letter) for letter in real.name)
    return f"{real.name[:4]} {real.name[4:]}"


SLIPS: dict[str, Callable[[Firm, random.Random], str]] = {
    "homophone": homophone,
    "wrong character": wrong_character,
    "lost character": lost_character,
    "swapped": swapped,
    "without place": without_place,
    "place suffix": place_suffix,
    "bracketed": bracketed,
    "other form": other_form,
    "without form": without_form,
    "abbreviated": abbreviated,
    "dressed": dressed,
}


def noised(real: Firm, dice: random.Random) -> tuple[str, str]:
    """Return a name with one slip, in a quarter of cases two, and what the slips are called; never the name itself."""
    for _ in range(20):
        kinds = dice.sample(list(SLIPS), 2 if dice.random() < 0.25 else 1)
        now = real
        for kind in kinds:
            text = SLIPS[kind](now, dice)
            now = replace(now, name=text, lead=now.lead if text.startswith(real.place) else 0)
        if now.name != real.name and len(now.name) >= 2:
            return now.name, " + ".join(kinds)
    return real.name[:-1], "lost character"
