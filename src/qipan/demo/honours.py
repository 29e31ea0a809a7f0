"""Which firms hold which qualification, from when to when: lists that the ledgers' √ columns agree with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.parameters import Parameters
from qipan.demo.roster import Firm

QUALIFICATIONS: dict[str, pl.DataType] = {
    "firm": pl.Int32(),
    "kind": pl.String(),
    "number": pl.String(),  # 证书编号; null where the list gives none
    "start": pl.Date(),
    "until": pl.Date(),  # last day of validity; null: open
    "batch": pl.String(),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a qualification comes: batches of a year, validity in years, and who may hold it."""

    kind: str
    days: tuple[str, ...]  # mm-dd of the batches
    years: int  # 0: open
    letters: str
    lapsed: int  # firms whose qualification has run out


_RULES = (
    _Rule("高新技术企业", ("10-16", "11-22", "12-05"), 3, "GR", 21),
    _Rule("科技型中小企业", ("03-30", "05-28", "06-25"), 1, "", 40),
    _Rule("专精特新中小企业", ("07-12", "11-08"), 3, "", 6),
    _Rule("专精特新“小巨人”企业", ("07-14", "10-12"), 3, "", 1),
    _Rule("上市公司", ("06-18",), 0, "", 0),
)


def _day(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[3:]))


def _spans(rule: _Rule, first_year: int, last: int, random: Random, *, lapsed: bool) -> list[tuple[date, date | None]]:
    """Return the spans of validity of one firm, one renewal after the other up to the last month."""
    if not rule.years:
        return [(_day(first_year, rule.days[0]), None)]
    end = date(last // 100, last % 100, 28)
    if rule.years == 1:  # an entry number holds for the calendar year in which it was given
        years = range(first_year, end.year - (1 if lapsed else 0) + 1)
        return [(_day(year, random.choice(rule.days)), date(year, 12, 31)) for year in years]
    spans: list[tuple[date, date | None]] = []
    start = _day(first_year, random.choice(rule.days))
    while start <= end:
        until = date(start.year + rule.years, start.month, start.day)
        spans.append((start, until))
        start = until
    return spans[:-1] if lapsed and len(spans) > 1 else spans


def _first_year(rule: _Rule, firm: Firm, last: int, random: Random, *, lapsed: bool) -> int:
    earliest = max(2016, int(firm.registered[:4]) + 1)
    latest = last // 100 - (4 if lapsed and rule.years == 3 else 1)
    if rule.years == 1:
        latest = last // 100 - (1 if lapsed else 0)
    return random.randint(min(earliest, latest), latest)


def _holders(rule: _Rule, count: int, firms: Sequence[Firm], held: dict[str, list[Firm]], random: Random) -> list[Firm]:
    """Return who holds it: the higher title only where the lower is held, technology firms before others."""
    below = {"专精特新中小企业": "高新技术企业", "专精特新“小巨人”企业": "专精特新中小企业"}.get(rule.kind)
    if rule.kind == "上市公司":
        return [firm for firm in firms if firm.kind == "工业" and not firm.entry][3 : 3 + 2 * count : 2]
    pool = held[below] if below else [firm for firm in firms if firm.torch and int(firm.registered[:4]) <= 2024]
    if rule.kind == "科技型中小企业":
        pool = [firm for firm in pool if firm.weight < 2]
    return random.sample(pool, count + (0 if below else rule.lapsed))


def qualifications(parameters: Parameters, firms: Sequence[Firm], seed: int, last: int) -> pl.DataFrame:
    """Return every certificate of the zone's firms as QUALIFICATIONS; those valid now are as many as the zone has."""
    living = [firm for firm in firms if firm.status == "存续" and not firm.exit]
    random = stream(seed, "honours")
    held: dict[str, list[Firm]] = {}
    rows: list[tuple[int, str, str | None, date, date | None, str]] = []
    for rule in _RULES:
        count = parameters.qualifications[rule.kind]
        holders = _holders(rule, count, living, held, random)
        held[rule.kind] = holders[:count]
        for at, firm in enumerate(holders):
            lapsed = at >= count
            first = _first_year(rule, firm, last, random, lapsed=lapsed)
            for start, until in _spans(rule, first, last, random, lapsed=lapsed):
                number = f"{rule.letters}{start.year}43{random.randint(0, 999999):06d}" if rule.letters else None
                batch = f"{start.year}年第{'一二三'[rule.days.index(start.strftime('%m-%d'))]}批"
                rows.append((firm.id, rule.kind, number, start, until, batch))
    return pl.DataFrame(rows, schema=QUALIFICATIONS, orient="row")


def valid_on(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the certificates that are valid on a day, at most one of a kind for a firm."""
    open_ended = pl.col("until").is_null() | (pl.col("until") >= day)
    return frame.filter((pl.col("start") <= day) & open_ended).unique(
        ["firm", "kind"], keep="last", maintain_order=True
    )
