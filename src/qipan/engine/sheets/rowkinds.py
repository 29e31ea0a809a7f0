"""Which rows are records, and why the others are not: blank, section, subtotal, total, example, footnote, header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from qipan.engine.sheets.body import Body
from qipan.engine.sheets.headers import is_numbering
from qipan.engine.sheets.looks import is_example, says_nothing
from qipan.engine.sheets.text import fold, narrow
from qipan.engine.sheets.understood import ColumnMatch

SUM = re.compile(r"^(?:.{0,20}?[\s::])?.{0,14}(?:小计|分计)(?:[((].*)?[::]?$")
TOTAL = re.compile(
    r"^(?:合计|总计|共计|累计合计|汇总|总合计|全区合计|全市合计|全部合计|.{1,8}合计)(?:[((].*)?[::]?$|^(?:合计|总计).{0,3}[((]大写[))].*$"
)
SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]+[、..]|[((][一二三四五六七八九十]+[))]|第[一二三四五六七八九十]+[类部批])"
)
INNER = re.compile(r"^[((][一二三四五六七八九十]+[))]")
NUMERAL = re.compile(r"^[((]?[一二三四五六七八九十]+[))]?[、..]?$")
FOOTNOTE = re.compile(
    r"^(?:注\d*|备注|说明|填表说明|数据来源|资料来源|附注|口径说明|note|source)\s*[::]|^(?:填表人|制表人?|审核人?|填报人|负责人|单位负责人|分管领导|联系电话|填报日期|填报时间|报送时间|打印时间|统计员)\s*[::]"
    r"|^[*※★]\s*\S|^注\s*[::.、]?\s*\d",
    re.IGNORECASE,
)
QUICK_TOTAL = r"^.{0,8}(合\s*计|总\s*计|共计)[::]?$"
QUICK_SUM = r"(小\s*计|分计)[::]?$"
QUICK_NOTE = r"^(注\d*|说明|数据来源|资料来源|填表人|制表)[::]"
QUICK_EXAMPLE = r"^(填写|填报)?(示例|样例|范例)[:：]"
LABELS = 4  # how many leading texts of a row can tell its kind
NARROW = 3  # a footnote has at most so many cells


@dataclass(frozen=True, slots=True)
class Kinds:
    """Per body row: `kind` (null where it may be a record) and the `section` heading it stands under."""

    kind: pl.Series
    section: pl.Series


def kinds(body: Body, columns: Sequence[ColumnMatch], *, labels: Sequence[int], figures: Sequence[int]) -> Kinds:
    """Return the kind of every row; `labels` are the columns that name a record, `figures` those with its numbers."""
    if body.carried is None:
        return _quick(body, labels)
    headers = [{fold(level) for level in column.header.split(" / ")} for column in columns]
    found: list[str | None] = []
    sections: list[str | None] = []
    section: tuple[str, ...] = ()
    carried = body.carried.rows()
    for at, row in enumerate(body.cells.rows()):
        own = [None if carried[at][column] else text for column, text in enumerate(row)]
        kind, heading = _kind(own, row, headers, labels, figures)
        if kind == "section":
            section = _under(section, heading or "")
        if kind == "total":
            section = ()
        found.append(kind)
        sections.append(None if kind or not section else " / ".join(section))
    return Kinds(pl.Series("kind", found, dtype=pl.String), pl.Series("section", sections, dtype=pl.String))


def _kind(
    own: Sequence[str | None],
    row: Sequence[str | None],
    headers: Sequence[set[str]],
    labels: Sequence[int],
    figures: Sequence[int],
) -> tuple[str | None, str | None]:
    """Return the kind of one row and, for a section, its heading; `own` leaves out what merged cells carry down."""
    said = [(column, narrow(text)) for column, text in enumerate(own) if text and text.strip()]
    if not said:
        return ("blank", None) if not any(row) or all(text is None for text in own) else (None, None)
    texts = [text for _, text in said]
    if is_header(own, headers):
        return "header", None
    if is_numbering(own):
        return "numbering", None
    first = texts[0]
    if is_example(texts):
        return "example", None
    for text in texts[:LABELS]:
        bare = re.sub(r"\s+", "", text)
        if TOTAL.match(bare):
            return "total", None
        if SUM.match(bare):
            return "subtotal", None
    if FOOTNOTE.match(first) and len(said) <= NARROW:
        return "footnote", None
    return _section(said, own, labels, figures)


def _section(
    said: Sequence[tuple[int, str]], own: Sequence[str | None], labels: Sequence[int], figures: Sequence[int]
) -> tuple[str | None, str | None]:
    column, first = said[0]
    named = any(own[at] and not says_nothing(own[at]) for at in labels if at != column)
    if SECTION.match(first) and not (named and column not in labels):
        return ("section", first) if not any(own[at] for at in figures) or column not in labels else (None, None)
    if NUMERAL.match(first) and len(said) >= 2 and column not in labels and not any(own[at] for at in figures):
        return "section", "".join(text for _, text in said[:2])
    if len(said) == 1 and len(own) > 2 and len(first) <= 40 and figures and column not in figures:
        if len(first) > 20 and first.endswith(("。", ".", ";", ";")):
            return "footnote", None
        return ("section", first) if column not in labels or not _is_name(first) else (None, None)
    if len(said) == 1 and len(first) > 40:
        return "footnote", None
    return None, None


def _under(section: tuple[str, ...], heading: str) -> tuple[str, ...]:
    """Return the headings that hold below `heading`: (一) stands under 一、, everything else begins anew."""
    if INNER.match(heading):
        return (*(line for line in section if not INNER.match(line)), heading)
    return (heading,)


def _is_name(text: str) -> bool:
    return text.endswith(("公司", "厂", "店", "社", "中心"))


def is_header(own: Sequence[str | None], headers: Sequence[set[str]]) -> bool:
    """Tell whether a row repeats the header; `headers` are the heading texts over each column."""
    said = [(column, fold(text)) for column, text in enumerate(own) if text]
    words = [(column, text) for column, text in said if text and not text.isdigit()]
    same = sum(1 for column, text in words if column < len(headers) and text in headers[column])
    return same >= 2 and same / len(said) >= 0.6


def _quick(body: Body, labels: Sequence[int]) -> Kinds:
    """Return the kinds of a large plain table: only rows without a name, or named like a sum or note, are looked at."""
    names = [str(column) for column in labels] or body.cells.columns[:1]
    texts = [pl.col(name).str.strip_chars() for name in names if body.cells.schema[name] == pl.String]
    others = [pl.col(name).is_null() for name in names if body.cells.schema[name] != pl.String]
    unnamed = pl.all_horizontal([*others, *(text.is_null() | (text == "") for text in texts)])
    kind = pl.when(_blank(body, unnamed)).then(pl.lit("blank"))
    for reason, form in (("total", QUICK_TOTAL), ("subtotal", QUICK_SUM), ("footnote", QUICK_NOTE)):
        told = [(text.str.len_chars() <= 16) & text.str.contains(form) for text in texts]
        if told:
            kind = kind.when(pl.any_horizontal(told)).then(pl.lit(reason))
    if texts:
        example = pl.any_horizontal([text.str.contains(QUICK_EXAMPLE) for text in texts])
        kind = kind.when(example).then(pl.lit("example"))
    found = body.cells.select(kind=kind)["kind"]
    return Kinds(found, pl.repeat(None, body.cells.height, dtype=pl.String(), eager=True).alias("section"))


def _blank(body: Body, unnamed: pl.Expr) -> pl.Series:
    """Return which rows are empty; only those without a name are looked at whole."""
    candidate = body.cells.select(unnamed).to_series().fill_null(value=False)
    if not candidate.any():
        return candidate
    texts = [pl.col(name).cast(pl.String).str.strip_chars() for name in body.cells.columns]
    whole = body.cells.filter(candidate).select(pl.all_horizontal([text.is_null() | (text == "") for text in texts]))
    return candidate.scatter(candidate.arg_true(), whole.to_series())
