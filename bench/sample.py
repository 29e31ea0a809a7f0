"""Known firms and asked names for the measurements of resolving, drawn from the real registry."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from noise import firm, noised

COLUMNS = ["name", "province", "city"]


@dataclass(frozen=True, slots=True)
class Sample:
    """Known firms (`subject` i64, `name`) and asked names (`row` i64, `name`, `truth` i64 or null, `slip`)."""

    known: pl.DataFrame
    asked: pl.DataFrame


def draw(firms: pl.DataFrame, *, known: int, asked: int, strangers: int, seed: int) -> Sample:
    """Return `known` firms, `asked` noised names of some of them and `strangers` names none bears."""
    dice = random.Random(seed)
    pool = firms.filter(pl.col("name").str.len_chars() >= 6).unique("name", keep="none", maintain_order=True)
    pool = pool.sample(min(pool.height, known + strangers), seed=seed, shuffle=True)
    ours = pool.head(pool.height - strangers).with_row_index("subject").with_columns(pl.col("subject").cast(pl.Int64))
    rows: list[tuple[str, int | None, str]] = []
    for subject, name, province, city in ours.sample(asked, seed=seed).select("subject", *COLUMNS).iter_rows():
        text, slip = noised(firm(name, province, city), dice)
        rows.append((text, subject, slip))
    for number, (name, province, city) in enumerate(pool.tail(strangers).select(COLUMNS).iter_rows()):
        text = noised(firm(name, province, city), dice)[0] if number % 2 else name
        rows.append((text, None, "stranger"))
    dice.shuffle(rows)
    frame = pl.DataFrame(rows, schema={"name": pl.String, "truth": pl.Int64, "slip": pl.String}, orient="row")
    return Sample(
        ours.select("subject", "name"), frame.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    )


def city(data: Path, seed: int) -> Sample:
    """Return one city's firms: most known, the rest strangers from the same streets."""
    firms = pl.read_csv(data / "registry" / "jining.csv", columns=COLUMNS, infer_schema_length=0)
    return draw(firms, known=4000, asked=2500, strangers=900, seed=seed)


def nation(data: Path, seed: int) -> Sample:
    """Return twenty thousand firms from all over the country."""
    firms = pl.scan_parquet(data / "registry" / "enterprises.parquet").select(COLUMNS).collect()
    firms = firms.sample(30_000, seed=seed, shuffle=True)
    return draw(firms, known=20_000, asked=6000, strangers=2000, seed=seed)


def dense(data: Path, place: str, seed: int) -> Sample:
    """Return the firms of another city, as dense as a zone's registry is: for fitting, never for measuring."""
    firms = pl.scan_parquet(data / "registry" / "enterprises.parquet").select(COLUMNS)
    firms = firms.filter(pl.col("city") == place).collect()
    return draw(firms, known=12_000, asked=4000, strangers=1500, seed=seed)
