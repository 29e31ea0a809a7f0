"""Records that cannot be right: codes, doubles, blanks, titles that are counted after they ended."""

from __future__ import annotations

from datetime import date

import polars as pl

from qipan.engine.codes import code_findings
from qipan.engine.health.findings import findings

# Firms that live. `code` is the credit code, `key` the name as names are compared.
FIRMS: dict[str, pl.DataType] = {
    "subject": pl.Int64(),
    "unit": pl.Int64(),
    "code": pl.String(),
    "key": pl.String(),
    "industry": pl.String(),
}
TITLES: dict[str, pl.DataType] = {
    "subject": pl.Int64(),
    "unit": pl.Int64(),
    "kind": pl.String(),
    "since": pl.Date(),
    "until": pl.Date(),
}


def wrong_codes(firms: pl.DataFrame) -> pl.DataFrame:
    """Return a finding for every credit code that is wrong; `detail` says how, by the code of the problem."""
    judged = firms.select("subject", "code").with_columns(why=code_findings(firms["code"]))
    return findings(judged.filter(pl.col("why").is_not_null()), "code", "why").sort("subject")


def doubles(firms: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return a finding for every firm but the first that shares `by`: `key` (a name) or `organisation` (of a code).

    The organisation code is part of the credit code, places 9 to 17; two firms that share it are one.
    """
    marked = firms.with_columns(
        shared=pl.col("key")
        if by == "key"
        else pl.when(pl.col("code").str.len_chars() == 18).then(pl.col("code").str.slice(8, 9))
    ).filter(pl.col("shared").is_not_null() & (pl.col("shared") != ""))
    grouped = marked.sort("subject").with_columns(
        first=pl.col("subject").first().over("shared"), count=pl.len().over("shared")
    )
    found = grouped.filter((pl.col("count") > 1) & (pl.col("subject") != pl.col("first")))
    return findings(found.select("subject", "first", "count"), "first", "count").sort("subject")


def blanks(firms: pl.DataFrame, field: str) -> pl.DataFrame:
    """Return a finding for every firm whose `field` (a column of FIRMS) says nothing."""
    empty = pl.col(field).is_null()
    if firms.schema[field] == pl.String:
        empty = empty | (pl.col(field).str.strip_chars() == "")
    return findings(firms.filter(empty).select("subject")).sort("subject")


def counted_after_end(
    counts: pl.DataFrame, titles: pl.DataFrame, above: pl.DataFrame, *, kind: str, ends: date
) -> pl.DataFrame:
    """Return a finding where a unit counts more holders of a title than hold it on `ends`, and some of theirs ended.

    `counts` (FIGURES) are of one measure and period; `above` pairs each unit with itself and all units over it. What is
    counted beyond both those who hold it and those whose title ended is another matter, and not told here.
    """
    own = titles.filter(pl.col("kind") == kind)
    started = own.filter(pl.col("since").is_null() | (pl.col("since") <= ends))
    held = started.group_by("subject", "unit").agg(
        valid=(pl.col("until").is_null() | (pl.col("until") >= ends)).any(), last=pl.col("until").max()
    )
    # Who lost a title years ago is counted by nobody by mistake: a year is how long a list is carried along.
    lately = ~pl.col("valid") & (pl.col("last") >= date(ends.year - 1, ends.month, 1))
    by_unit = (
        held.with_columns(lapsed=lately)
        .join(above, on="unit")
        .group_by("over")
        .agg(valid=pl.col("valid").cast(pl.Int64).sum(), lapsed=pl.col("lapsed").cast(pl.Int64).sum())
    )
    joined = counts.join(by_unit.rename({"over": "subject"}), on="subject", how="inner")
    found = joined.filter((pl.col("value") > pl.col("valid")) & (pl.col("lapsed") > 0))
    beyond = (pl.col("value") - pl.col("valid")).cast(pl.Float64)
    return findings(
        found.with_columns(low=pl.col("valid"), high=pl.col("valid"), weight=beyond), "valid", "lapsed"
    ).sort("subject")
