"""A name taken apart: place, brand, trade, form and branch."""

from __future__ import annotations

import re
from typing import Final

from qipan.engine.resolve.lexicon import Lexicon
from qipan.engine.resolve.names import NameParts, tidy_name

# A branch follows the form of its parent, or is called one.
_MAIN: Final = re.compile(
    r"^(.{3,}?(?:有限责任公司|有限公司|总公司|集团公司|公司|合作社|合作联社|银行|集团|总厂))(.+)$"
)
_BRANCH_END: Final = re.compile(
    r"(?:分公司|分行|支行|分厂|分店|分社|分部|分局|支局|支公司|分院|分校|分中心|办事处|代表处|营业部|营业厅|营业所|储蓄所|"
    r"经营部|门市部|服务部|项目部|工程处|管理处|事业部|加油站|加气站|收购站|供应站|服务站|邮政所|连锁店|加盟店|专卖店|药店|药房|"
    r"超市|商场|店|厅|所|站|部|处|厂|点|矿|场|库|亭|宾馆|酒店|中心|车队|基地|一局|大队|段)$"
)
_ALONE: Final = re.compile(r"^(.{2,}?)((?:第.)?(?:分公司|支公司|分行|支行|分店|分厂|办事处|代表处))$")
_AREA: Final = re.compile(
    r"^(?:[\u4e00-\u9fff]{1,6}?自治[县旗]|[\u4e00-\u9fff]{1,3}?(?:县|市|区|旗)|[\u4e00-\u9fff]{2,3}?(?:镇|街道|乡))"
)
_ZONE: Final = re.compile(
    r"^(?:国家)?(?:[\u4e00-\u9fff]{1,4}?)?"
    r"(?:高新技术产业开发区|经济技术开发区|高新技术开发区|经济开发区|高新技术区|高新区|经开区|开发区|综合保税区|保税区|自贸区|新区|工业园区|工业园|产业园)"
)
# A word that ends like a district and is none.
_NO_AREA: Final = re.compile(
    r"(?:小区|社区|园区|城市|超市|都市|门市|上市|夜市|股市|区区|市区|大区|特区|景区|集市|米市|花市)$"
)
_FOREIGN: Final = ("中国", "中华")


def _lead(text: str, lexicon: Lexicon) -> str:
    """Return the longest known place a text starts with, leaving at least two characters."""
    for size in range(min(lexicon.longest_place, len(text) - 2), 1, -1):
        if text[:size] in lexicon.places:
            return text[:size]
    return ""


def _take_places(text: str, lexicon: Lexicon) -> tuple[list[str], str]:
    """Return the places in front of a name, outermost first, and the rest."""
    found: list[str] = []
    for country in _FOREIGN:
        if text.startswith(country) and len(text) > 3:
            found.append(country)
            text = text[2:]
    home = ""
    for _ in range(4):
        place = _lead(text, lexicon)
        # 河南河源 is the firm 河源 in 河南: a place within another lies in the same province.
        if place and home and lexicon.places[place] != home:
            place = ""
        home = home or lexicon.places.get(place, "")
        if not place:
            area = _ZONE.match(text) or _AREA.match(text)
            place = area.group() if area and not _NO_AREA.search(area.group()) else ""
        # One character before 县 or 市 is a county; before 区 or 镇 it is part of a word.
        if (
            not place
            or len(text) - len(place) < 2
            or (len(place) == 2 and place[1] in "区镇乡市旗" and len(found) == 0)
        ):
            break
        if text[len(place) : len(place) + 1] in ("县", "区", "旗") and len(text) - len(place) > 2:
            place = text[: len(place) + 1]
        found.append(place)
        text = text[len(place) :]
    return found, text


def _take_form(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return a name without its legal form, and the form as its family is called."""
    for size in range(min(lexicon.longest_form, len(text) - 1), 0, -1):
        family = lexicon.forms.get(text[-size:])
        if family is not None:
            return text[:-size], family
    return text, ""


def _take_branch(text: str) -> tuple[str, str]:
    """Return the parent's name and the branch; blank where the name is of no branch."""
    whole = _MAIN.match(text)
    while whole is not None:
        parent, tail = whole.groups()
        if _BRANCH_END.search(tail):
            return parent, tail
        longer = re.match(r"^(有限公司|有限责任公司|股份有限公司|公司|集团|合作社|联合社)(.*)$", tail)
        if longer is None:
            return text, ""
        if not longer.group(2):
            return text, ""
        if not _BRANCH_END.search(longer.group(2)):
            return text, ""
        return parent + longer.group(1), longer.group(2)
    alone = _ALONE.match(text)
    return (alone.group(1), alone.group(2)) if alone else (text, "")


def _trade_starts(text: str, lexicon: Lexicon) -> list[int]:
    """Return the positions from which a text is made of words of trade to its end, in order."""
    size = len(text)
    whole = [False] * size + [True]
    first: list[int] = []
    for start in range(size - 1, -1, -1):
        for end in range(start + 1, min(size, start + lexicon.longest_trade) + 1):
            if whole[end] and text[start:end] in lexicon.trades:
                whole[start] = True
                # A single character (茶, 和) goes on with a trade or is all of it, but begins none.
                if end - start > 1 or end == size:
                    first.append(start)
                    break
    return sorted(set(first))


def _take_brand(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return brand and trade of a name that has neither place nor form."""
    starts = _trade_starts(text, lexicon)
    if starts and starts[0] == 0:
        return "", text
    # A single character is hardly ever a brand: the next word of trade begins its trade instead.
    for start in starts:
        if start >= 2:
            return text[:start], text[start:]
    return text, ""


def split(name: str, lexicon: Lexicon | None = None) -> NameParts:
    """Return the parts of a name; a part that cannot be told stays blank, and brand then holds what is left."""
    words = lexicon or Lexicon.default()
    text = tidy_name(name, words)
    places: list[str] = []
    held: list[str] = []
    for inside in re.findall(r"\(([^()]*)\)", text):
        if inside in words.places or inside in _FOREIGN or _AREA.fullmatch(inside):
            places.append(inside)
        elif inside in words.forms:
            held.append(inside)
    text = re.sub(r"\([^()]*\)?|\)", "", text)
    text, branch = _take_branch(text)
    text, form = _take_form(text, words)
    if form.endswith("公司") and form != "集团公司" and text.endswith("集团"):
        text, held = text[:-2], [*held, "集团"]
    front, text = _take_places(text, words)
    for size in (4, 3, 2):
        if not places and not front and text[-size:] in words.places and len(text) - size >= 2:
            places.append(text[-size:])
            text = text[:-size]
    brand, trade = _take_brand(text, words)
    known = [words.places[place] for place in (*front, *places) if place in words.places]
    if "集团" in held and "集团" not in form:
        form = "集团" + form
    return NameParts("".join((*front, *places)), known[0] if known else "", brand, trade, form or "".join(held), branch)
