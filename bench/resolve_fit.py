"""Fit the weights of name comparison on noised names of cities that no measurement uses; print them to be pasted.

Run: .venv/bin/python bench/resolve_fit.py ../shared/data
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
from sample import Sample, dense

from qipan.engine.resolve import Lexicon, normal_keys, split
from qipan.engine.resolve.nearest import nearest
from qipan.engine.resolve.weigh import Name, features, prepare

PLACES = ("郑州", "无锡", "成都")


def pairs(sample: Sample) -> tuple[list[dict[str, float]], list[bool], list[int]]:
    """Return features, truth and asked name of every pair that blocking offers."""
    words = Lexicon.default()
    asked, known = normal_keys(sample.asked["name"]), normal_keys(sample.known["name"])
    near = nearest(asked, known, words)
    names: dict[str, Name] = {}

    def ready(key: str, name: str) -> Name:
        if name not in names:
            names[name] = prepare(key, split(name, words))
        return names[name]

    found: list[dict[str, float]] = []
    right: list[bool] = []
    group: list[int] = []
    truth, asked_names, known_names = (
        sample.asked["truth"].to_list(),
        sample.asked["name"].to_list(),
        sample.known["name"].to_list(),
    )
    for mine, theirs, closeness in near.iter_rows():
        if asked[mine] == known[theirs]:
            continue
        one, two = ready(asked[mine], asked_names[mine]), ready(known[theirs], known_names[theirs])
        found.append(features(one, two, closeness)[0])
        right.append(truth[mine] == theirs)
        group.append(mine)
    reach = (
        near.join(
            sample.asked.select(
                pl.col("row").cast(pl.UInt32).alias("asked"), pl.col("truth").cast(pl.UInt32).alias("known")
            ),
            on=["asked", "known"],
        ).height
        / sample.asked["truth"].count()
    )
    print(f"blocking offers the right firm for {reach:.4f}", file=sys.stderr)
    return found, right, group


def fit(found: list[dict[str, float]], right: list[bool], group: list[int]) -> tuple[dict[str, float], float]:
    """Return weights and bias of a choice among a name's candidates and none, by Newton's method with a light ridge."""
    names = sorted({name for row in found for name in row})
    place = {name: number for number, name in enumerate(names)}
    x = np.zeros((len(found), len(names) + 1))
    for row, values in enumerate(found):
        for name, value in values.items():
            x[row, place[name]] = value
    x[:, -1] = 1
    y = np.array(right, dtype=float)
    starts = np.flatnonzero(np.diff(np.array(group), prepend=-1))
    owner = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(group)))
    w = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], 1.0)
    ridge[-1] = 0.01
    for _ in range(60):
        odds = np.exp(np.clip(x @ w, -30, 30))
        p = odds / (1 + np.add.reduceat(odds, starts))[owner]
        mean = np.add.reduceat(x * p[:, None], starts)
        hessian = (x * p[:, None]).T @ x - mean.T @ mean + np.diag(ridge)
        step = np.linalg.solve(hessian, x.T @ (y - p) - ridge * w)
        # Full steps overshoot while the odds are far off.
        w += step * min(1.0, 3.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-6:
            break
    return dict(zip(names, w[:-1].round(2).tolist(), strict=True)), round(float(w[-1]), 2)


def main() -> None:
    """Fit and print."""
    data = Path(sys.argv[1])
    found: list[dict[str, float]] = []
    right: list[bool] = []
    group: list[int] = []
    for number, name in enumerate(PLACES):
        more, truth, asked = pairs(dense(data, name, 100 + number))
        found += more
        right += truth
        group += [row + number * 1_000_000 for row in asked]
    weights, bias = fit(found, right, group)
    print(f"BIAS: Final = {bias}")
    for name, value in weights.items():
        print(f'    "{name}": {value},')


if __name__ == "__main__":
    main()
