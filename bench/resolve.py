"""Names of firms: how well and how fast they are split, recognised and matched, beside Splink on the same rows.

Run: .venv/bin/python bench/resolve.py [--json]      (data: QIPAN_DATA, default ../shared/data)
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
import splink_peer
from sample import Sample, city, dense, nation

from qipan.engine.codes import code_findings
from qipan.engine.resolve import match, normal_keys, split

DATA = Path(os.environ.get("QIPAN_DATA", "../shared/data"))
SEED = 20261120
# Where our queue's first candidate counts as an answer; set on the fitting cities, not on the measured rows.
ANSWERED = 0.3


# Both sides are timed this often and the quickest counts: the machine is shared.
TIMES = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, and the same for the peer where there is one."""

    figure: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """How often the best known firm is the right one."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def quality(best: pl.DataFrame, sample: Sample, threshold: float) -> Quality:
    """Return precision and recall of best pairs (`row`, `subject`, `score`) at a threshold."""
    given = best.filter(pl.col("score") >= threshold)
    right = given.join(sample.asked, on="row").filter(pl.col("subject") == pl.col("truth")).height
    return Quality(right / max(1, given.height), right / sample.asked["truth"].count())


def ours(sample: Sample) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    """Return our best pairs, the pairs merged without asking, and the seconds."""
    known = sample.known.with_columns(pl.lit(None, pl.String).alias("uscc"))
    spent: list[float] = []
    for _ in range(TIMES):
        started = time.perf_counter()
        result = match(sample.asked.select("name"), known)
        spent.append(time.perf_counter() - started)
    seconds = min(spent)
    first = pl.col("candidates").list.first().struct.field("subject")
    best = result.select(pl.col("row").cast(pl.Int64), pl.coalesce("subject", first).alias("subject"), "score")
    certain = result.filter(pl.col("subject").is_not_null()).select(pl.col("row").cast(pl.Int64), "subject", "score")
    return best.drop_nulls("subject"), certain, seconds


def peer(sample: Sample, model: dict[str, object]) -> tuple[str, Quality, float, list[str]]:
    """Return Splink's best set-up by F1, each at the threshold that suits these very rows best."""
    tried: list[tuple[str, Quality, float]] = []
    for name, parts, given in (("names, EM", False, None), ("parts, EM", True, None), ("parts, labels", True, model)):
        # Only the set-up that is quick enough to win is worth repeating.
        answers = [splink_peer.answer(sample, parts=parts, model=given) for _ in range(TIMES if given else 1)]
        found = min(answers, key=lambda each: each.seconds)
        thresholds = [0.001, 0.01, 0.05, *(step / 20 for step in range(2, 20)), 0.97, 0.99, 0.999]
        best = max((quality(found.best, sample, threshold) for threshold in thresholds), key=lambda each: each.f1)
        tried.append((name, best, found.seconds))
    winner = max(tried, key=lambda each: each[1].f1)
    notes = [f"{name}: F1 {best.f1:.4f}, {seconds:.1f} s" for name, best, seconds in tried]
    return f"Splink 5 ({winner[0]})", winner[1], winner[2], notes


def matching(name: str, sample: Sample, model: dict[str, object]) -> list[Figure]:
    """Return the figures of one sample, ours and Splink's in one run."""
    best, certain, seconds = ours(sample)
    mine = quality(best, sample, ANSWERED)
    who, theirs, their_seconds, notes = peer(sample, model)
    silent = certain.join(sample.asked, on="row").filter(pl.col("subject").ne_missing(pl.col("truth"))).height
    size = f"{sample.asked.height} names against {sample.known.height} firms"
    return [
        Figure(f"resolve.{name}.precision", round(mine.precision, 4), "share", who, round(theirs.precision, 4), size),
        Figure(f"resolve.{name}.recall", round(mine.recall, 4), "share", who, round(theirs.recall, 4), size),
        Figure(f"resolve.{name}.f1", round(mine.f1, 4), "share", who, round(theirs.f1, 4), "; ".join(notes)),
        Figure(f"resolve.{name}.seconds", round(seconds, 2), "s", who, round(their_seconds, 2), f"{size}; {_UNTIMED}"),
        Figure(
            f"resolve.{name}.wrong_without_asking", silent, "names", note=f"of {certain.height} merged by normal key"
        ),
    ]


_UNTIMED = "ours with normal keys and splitting; Splink is handed ours and a learnt model, neither of them timed"


def by_slip(sample: Sample) -> list[Figure]:
    """Return how often the right firm comes first, by the kind of slip."""
    best, _, _ = ours(sample)
    rows = sample.asked.join(best.filter(pl.col("score") >= ANSWERED), on="row", how="left")
    single = rows.filter(~pl.col("slip").str.contains("+", literal=True))
    told = single.group_by("slip").agg(
        (pl.col("subject").eq_missing(pl.col("truth"))).mean().alias("right"), pl.len().alias("names")
    )
    return [
        Figure(f"resolve.slip.{slip.replace(' ', '_')}", round(right, 4), "share", note=f"{names} names")
        for slip, right, names in told.sort("slip").iter_rows()
    ]


def splitting() -> Figure:
    """Return how often the brand is found exactly."""
    lines = (DATA / "names" / "companynameparser_groundtruth.txt").read_text(encoding="utf-8").splitlines()
    pairs = [(line.split(" ")[0], line.split(" ")[1] if " " in line else "") for line in lines]
    right = sum(split(name).brand == brand for name, brand in pairs)
    note = f"{len(pairs)} published names; the lists of words were widened while looking at them"
    return Figure("resolve.brand_exact", round(right / len(pairs), 4), "share", note=note)


def whole_registry() -> list[Figure]:
    """Return the seconds that 1.5 million firms take: codes, keys, first load, second load."""
    rows = pl.read_parquet(DATA / "registry" / "enterprises.parquet", columns=["name", "uscc"])
    known = rows.unique("uscc", keep="first", maintain_order=True).with_row_index("subject")
    figures: list[Figure] = []

    def timed(figure: str, work: object) -> None:
        assert callable(work)
        started = time.perf_counter()
        work()
        figures.append(Figure(figure, round(time.perf_counter() - started, 2), "s", note=f"{rows.height} rows"))

    timed("codes.findings_1_5m", lambda: code_findings(rows["uscc"]))
    timed("resolve.keys_1_5m", lambda: normal_keys(rows["name"]))
    timed("resolve.first_load_1_5m", lambda: match(rows, known.clear()))
    timed("resolve.second_load_1_5m", lambda: match(rows, known))
    return figures


def main() -> None:
    """Measure everything and print a table, or JSON lines with --json."""
    if not (DATA / "registry" / "jining.csv").exists():
        print(f"resolve: skipped, no data in {DATA}", file=sys.stderr)
        return
    model = splink_peer.learnt(dense(DATA, "郑州", 100))
    of_city, of_nation = city(DATA, SEED), nation(DATA, SEED)
    figures = [
        splitting(),
        *matching("city", of_city, model),
        *matching("nation", of_nation, model),
        *by_slip(of_nation),
        *whole_registry(),
    ]
    for figure in figures:
        if "--json" in sys.argv[1:]:
            print(json.dumps(asdict(figure), ensure_ascii=False))
        else:
            beside = f"{figure.peer}: {figure.peer_value}" if figure.peer else ""
            print(f"{figure.figure:42} {figure.value:>10} {figure.unit:6} {beside:42} {figure.note}")


if __name__ == "__main__":
    main()
