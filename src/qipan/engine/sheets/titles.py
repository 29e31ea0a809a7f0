"""What a sheet says about itself outside its table: title, period, unit, who reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qipan.engine.periods import Basis, Statement, seek
from qipan.engine.sheets.text import narrow
from qipan.engine.sheets.understood import ColumnMatch, Context
from qipan.engine.sheets.vocabulary import Vocabulary, measure_key
from qipan.engine.units import UnitTable

UNIT = re.compile(r"(?:计量单位|金额单位|货币单位|(?<![\u4e00-\u9fff])单位)[::]\s*([^\s::]+)")
IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]{1,8})[)\]】]")
REPORTER = re.compile(r"(?:填报|报送|填表|上报)(?:单位|部门|园区)(?:名称|\(盖章\))?[::]\s*([^\s::]{2,30})")
MAKER = re.compile(r"^(?:制表|编制|填报|报送|填表|上报|责任)?(?:单位|部门|日期|时间|人)\S*[::]")
SCOPE = re.compile(r"(?:统计口径|口径)[::]\s*([^\s::,,;;))]+)|[(\[]([^()\[\]]{2,16}口径)[)\]]")
PARKS = re.compile(r"(?:各|分)(?:园区|街道|区县|县市区|区|镇)")
NAMED = 3  # characters a measure's name must have to be found inside a title
SPLIT = re.compile(r"[、,,;;/]")


@dataclass(frozen=True, slots=True)
class Title:
    """The words around a table: title rows, sheet name, file name."""

    lines: tuple[str, ...]
    sheet: str
    file: str

    @property
    def text(self) -> str | None:
        """The first line that neither states a unit nor who made the sheet and when."""
        plain = (line for line in self.lines if not MAKER.match(narrow(line)))
        return next(plain, None)

    def words(self) -> str:
        """Return everything said, for a search by words."""
        return " ".join((*self.lines, self.sheet, _stem(self.file)))


def title(lines: Sequence[Sequence[str | None]], top: int, sheet: str, file: str) -> Title:
    """Return the words above the header row `top`, and the names of sheet and file."""
    above: list[str] = []
    for line in lines[: max(top, 0)]:
        text = " ".join(dict.fromkeys(part.strip() for part in line if part))
        if text:
            above.append(text)
    return Title(tuple(above), sheet, file)


def _stem(file: str) -> str:
    name = file.replace("\\", "/").rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if "." in name else name


def stated_unit(lines: Iterable[str], form: re.Pattern[str], units: UnitTable) -> str | None:
    """Return the first known unit that words of this form name ("单位:万元", "(亿元)"); None where none does."""
    for line in lines:
        for words in form.findall(narrow(line)):
            for word in SPLIT.split(words.strip("()[]")):
                if (found := units.find(word)) is not None:
                    return found.code
    return None


def _reporter(lines: Iterable[str], units: UnitTable) -> str | None:
    for line in lines:
        for words in REPORTER.findall(narrow(line)):
            if units.find(SPLIT.split(words)[0].strip("()[]")) is None:
                return words.strip("()[] ")
    return None


def context(said: Title, columns: Sequence[ColumnMatch], corner: Sequence[str], vocabulary: Vocabulary) -> Context:
    """Return what holds for the whole sheet: period, unit, scope, measure and reporting unit, as far as it says so."""
    known = (*said.lines, *corner)
    stated = _period(said, columns, vocabulary.units)
    scope = next((one or two for line in known for one, two in SCOPE.findall(narrow(line))), None)
    return Context(
        period=None if stated is None else stated[0],
        basis=None if stated is None else stated[1],
        unit=stated_unit(known, UNIT, vocabulary.units) or stated_unit(said.lines, IN_BRACKETS, vocabulary.units),
        scope=scope,
        title=said.text or said.sheet,
        measure=_measure(said, vocabulary),
        subject=_reporter(known, vocabulary.units),
        year=_year(said, columns),
    )


def _statements(said: Title) -> list[tuple[Statement, str]]:
    found: list[tuple[Statement, str]] = []
    for line in (*said.lines, said.sheet, _stem(said.file)):
        found.extend(seek(line))
    return found


def _year(said: Title, columns: Sequence[ColumnMatch]) -> int | None:
    """Return the year the sheet speaks of: the title's before the headings', the headings' latest before the file's."""
    for line in (*said.lines, said.sheet):
        for stated, _ in seek(line):
            if stated.year is not None:
                return stated.year
    for stated, _ in seek(_stem(said.file)):
        if stated.year is not None:
            return stated.year
    years = [column.period // 100 for column in columns if column.period is not None and column.period < 10**6]
    return max(years, default=None)


def _period(said: Title, columns: Sequence[ColumnMatch], units: UnitTable) -> tuple[int, int | None] | None:
    """Return period code and basis of the whole sheet."""
    del units
    year = _year(said, columns)
    said_year: tuple[int, int | None] | None = None
    for stated, _ in _statements(said):
        period = stated.period(year)
        if period is None:
            continue
        if not stated.whole_year:
            return period.code, stated.basis
        said_year = said_year or (period.code, stated.basis)
    found: list[tuple[int, int | None]] = []
    for column in columns:
        for stated, _ in seek(column.stated or ""):
            period = stated.period(year)
            if period is not None and not stated.whole_year and stated.basis == Basis.CUMULATIVE:
                found.append((period.code, stated.basis))
    latest = max(found, default=None)
    return latest or said_year


def _measure(said: Title, vocabulary: Vocabulary) -> str | None:
    """Return the one measure a title such as 各园区规上工业总产值 names, else None."""
    for line in (*said.lines, said.sheet, _stem(said.file)):
        known = narrow(line)
        for _, words in seek(known):
            known = known.replace(words, "")
        bare = re.sub(
            r"^.*?(?:各|分)(?:园区|街道|区|镇|县市区)|(?:完成)?(?:情况|统计|明细)?(?:表|一览)?$|[(\[].*?[)\]]",
            "",
            known,
        )
        found = vocabulary.named(bare.strip(" —-_"))
        if found is not None and not found.sibling:
            return found.code
        if PARKS.search(known):
            inside = [key for key in vocabulary.by_name if len(key) >= NAMED and key in measure_key(known)]
            if inside:
                return vocabulary.by_name[max(inside, key=len)].code
    return None
