"""What a workbook's styles say that matters: dates, percentages, colours and indents."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from qipan.engine.sheets.reading.markup import local, number, parse
from qipan.engine.sheets.reading.package import Package


class Shows(StrEnum):
    """What a number format makes of a number."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Style:
    """A cell format, reduced to what a ledger can mean by it."""

    shows: Shows = Shows.NUMBER
    fill: str | None = None  # RRGGBB; None: no colour, or white
    indent: int = 0


PLAIN = Style()
_BUILTIN: dict[int, Shows] = {
    **dict.fromkeys((9, 10), Shows.PERCENT),
    **dict.fromkeys((14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), Shows.DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), Shows.TIME),
}
# 46 and [h]:mm count hours beyond a day: a length of time, kept as the number it is.
_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_WHITE = "FFFFFF"
# The first 64 indexed colours of the format; 0-7 repeat as 8-15.
_INDEXED = re.findall(
    "[0-9A-F]{6}",
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF "
    "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF "
    "000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 "
    "3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333",
)
PALETTE: tuple[str, ...] = (*_INDEXED[:8], *_INDEXED)
_THEME = ("FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646")
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")


def shows(code: str) -> Shows:
    """Return what the number format `code` shows (`0.0%`, `yyyy"年"m"月"`, `h:mm`)."""
    if re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE):
        return Shows.NUMBER
    bare = _NOISE.sub("", code.split(";")[0]).lower()
    if "%" in bare:
        return Shows.PERCENT
    if "general" in bare or "通用" in bare:
        return Shows.NUMBER
    if re.search(r"[yd年日]", bare) or ("m" in bare and not re.search(r"[hs]", bare)):
        return Shows.DATE
    return Shows.TIME if re.search(r"[hs]", bare) else Shows.NUMBER


def by_format(identifier: int, codes: dict[int, str]) -> Shows:
    """Return what the format of that number shows; a workbook's own formats stand in `codes`."""
    code = codes.get(identifier)
    return shows(code) if code is not None else _BUILTIN.get(identifier, Shows.NUMBER)


def from_serial(value: float, kind: Shows, *, from_1904: bool) -> date | datetime | time | None:
    """Return the date behind Excel's day number, or None where it names none (negative, beyond 9999).

    Excel counts a 29 February 1900 that never was; day numbers below 61 are shifted to keep true weekdays out of it.
    """
    if kind is Shows.TIME and 0 <= value < 1:
        return (datetime(1900, 1, 1) + timedelta(seconds=round(value * 86_400))).time()
    if not 0 < value < 2_958_466:
        return None
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if value < 60 else 30)
    moment = start + timedelta(days=int(value), seconds=round(value % 1 * 86_400))
    return moment if value % 1 else moment.date()


@dataclass(slots=True)
class _Book:
    """The style part as it is being read."""

    theme: tuple[str, ...]
    codes: dict[int, str] = field(default_factory=dict[int, str])
    fills: list[str | None] = field(default_factory=list[str | None])
    styles: list[Style] = field(default_factory=list[Style])
    path: list[str] = field(default_factory=list[str])
    solid: bool = False
    own: tuple[int, int, int] = (0, 0, 0)  # format, fill, indent of the xf being read

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        above = self.path[-1] if self.path else ""
        self.path.append(name)
        if name == "numFmt":
            self.codes[number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[:255]
        elif name == "fill":
            self.fills.append(None)
        elif name == "patternFill":
            self.solid = attributes.get("patternType", "none") not in ("none", "")
        elif name == "fgColor" and above == "patternFill" and self.solid and self.fills:
            self.fills[-1] = self.colour(attributes)
        elif name == "xf" and above == "cellXfs":
            self.own = number(attributes.get("numFmtId")), number(attributes.get("fillId")), 0
        elif name == "alignment" and above == "xf":
            self.own = self.own[0], self.own[1], min(number(attributes.get("indent")), 250)

    def end(self, _: str) -> None:
        name = self.path.pop()
        if name == "xf" and self.path and self.path[-1] == "cellXfs":
            identifier, fill, indent = self.own
            colour = self.fills[fill] if 0 <= fill < len(self.fills) else None
            self.styles.append(Style(by_format(identifier, self.codes), colour, indent))

    def colour(self, attributes: dict[str, str]) -> str | None:
        if rgb := attributes.get("rgb"):
            found = rgb[-6:].upper()
        elif "theme" in attributes:
            theme = number(attributes["theme"], -1)
            found = self.theme[theme] if 0 <= theme < len(self.theme) else _WHITE
        else:
            index = number(attributes.get("indexed"), 64)
            found = PALETTE[index] if 0 <= index < len(PALETTE) else _WHITE
        if not re.fullmatch("[0-9A-F]{6}", found):
            return None
        found = tinted(found, attributes.get("tint"))
        return None if found == _WHITE else found


def tinted(colour: str, tint: str | None) -> str:
    """Return a colour made lighter (tint above 0) or darker."""
    try:
        share = max(-1.0, min(1.0, float(tint or 0)))
    except ValueError:
        return colour
    if not share:
        return colour
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def theme_colours(package: Package, part: str) -> tuple[str, ...]:
    """Return the ten colours of a workbook's theme, the usual ones where it has none."""
    if not package.has(part):
        return _THEME
    found: dict[str, str] = {}
    path: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name in ("srgbClr", "sysClr") and path and path[-1] in _THEME_ORDER:
            value = attributes.get("lastClr") or attributes.get("val") or ""
            found.setdefault(path[-1], value.upper())
        path.append(name)

    def end(_: str) -> None:
        path.pop()

    with package.open(part) as stream:
        parse(stream, start, end, lambda _: None)
    return tuple(found.get(name, usual) for name, usual in zip(_THEME_ORDER, _THEME, strict=True))


def read_styles(package: Package, part: str, theme_part: str) -> tuple[Style, ...]:
    """Return the cell formats of a workbook by their number."""
    if not package.has(part):
        return ()
    book = _Book(theme_colours(package, theme_part))
    with package.open(part) as stream:
        parse(stream, book.start, book.end, lambda _: None)
    return tuple(book.styles)
