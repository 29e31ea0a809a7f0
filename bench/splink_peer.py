"""Splink on the same rows, with every advantage we can give it: our normal keys, our parts, its best threshold."""

from __future__ import annotations

import logging
import time
import warnings
from dataclasses import dataclass

import duckdb
import polars as pl
import splink.comparison_library as cl
from sample import Sample
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel, ElseLevel, NullLevel

from qipan.engine.resolve import Lexicon, name_key, split
from qipan.engine.resolve.nearest import sound

logging.getLogger("splink").setLevel(logging.ERROR)
warnings.filterwarnings("ignore")

BLOCKS = (
    block_on("brand"),
    block_on("substr(core,1,2)"),
    block_on("substr(core,2,2)"),
    block_on("substr(core,3,3)"),
    block_on("substr(core,1,1)", "substr(core,3,1)"),
    block_on("substr(core,3,2)"),
    block_on("right(core,3)", "place"),
    block_on("sounds"),
    block_on("substr(key,1,4)"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Scored best pairs (`row`, `subject`, `score`) and what they cost."""

    best: pl.DataFrame
    seconds: float


def described(frame: pl.DataFrame) -> pl.DataFrame:
    """Return names with key and parts as Splink compares them; not timed."""
    words = Lexicon.default()
    rows: list[tuple[str, ...]] = []
    for name in frame["name"]:
        parts = split(name, words)
        core = parts.core or name
        brand = parts.brand or core
        sounds = " ".join(map(sound, brand))
        rows.append((name_key(name, words), core, brand, sounds, parts.trade, parts.place, parts.form, parts.branch))
    columns = ["key", "core", "brand", "sounds", "trade", "place", "form", "branch"]
    parts_frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.hstack(parts_frame.with_columns(pl.col(columns[4:]).replace("", None)))


def _text(column: str, *, frequent: bool) -> object:
    comparison = cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            NullLevel(column),
            {
                "sql_condition": f'"{column}_l" = "{column}_r"',
                "label_for_charts": "same",
                **({"tf_adjustment_column": column} if frequent else {}),
            },
            *([CustomLevel("sounds_l = sounds_r", label_for_charts="sounds")] if column == "brand" else []),
            CustomLevel(f"levenshtein({column}_l, {column}_r) <= 1", label_for_charts="one character"),
            CustomLevel(f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.85", label_for_charts="alike"),
            CustomLevel(f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.7", label_for_charts="near"),
            CustomLevel(
                f"starts_with({column}_l, {column}_r) or starts_with({column}_r, {column}_l)", label_for_charts="begins"
            ),
            ElseLevel(),
        ],
    )
    return comparison


def _settings(*, parts: bool, known: int) -> SettingsCreator:
    whole = [
        cl.JaroWinklerAtThresholds("key", [0.95, 0.9, 0.85, 0.8, 0.7]),
        _text("core", frequent=False),
    ]
    by_part = [
        _text("brand", frequent=True),
        _text("trade", frequent=False),
        cl.LevenshteinAtThresholds("place", [1]),
        cl.ExactMatch("form"),
        cl.LevenshteinAtThresholds("branch", [1]),
    ]
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[whole[0], *by_part] if parts else whole,  # type: ignore[list-item]
        blocking_rules_to_generate_predictions=list(BLOCKS),
        probability_two_random_records_match=1 / known,
        retain_matching_columns=False,
    )


def _linker(known: pl.DataFrame, asked: pl.DataFrame, settings: SettingsCreator | dict[str, object]) -> Linker:
    api = DuckDBAPI(duckdb.connect(config={"threads": 2}))
    tables = [
        api.register(asked.to_arrow(), dataset_display_name="asked"),
        api.register(known.to_arrow(), dataset_display_name="known"),
    ]
    return Linker(tables, settings, log_level=None)


def _tables(sample: Sample) -> tuple[pl.DataFrame, pl.DataFrame]:
    known = described(sample.known.rename({"subject": "id"}).with_columns(pl.col("id").alias("label")))
    asked = described(sample.asked.rename({"row": "id", "truth": "label"}).drop("slip"))
    # A stranger is a label of its own.
    return known, asked.with_columns(pl.col("label").fill_null(-1 - pl.col("id")))


def learnt(sample: Sample) -> dict[str, object]:
    """Return a model whose weights come from labelled pairs of another sample, as ours do."""
    known, asked = _tables(sample)
    linker = _linker(known, asked, _settings(parts=True, known=known.height))
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_m_from_label_column("label")
    return linker.misc.save_model_to_json()


def answer(sample: Sample, *, parts: bool, model: dict[str, object] | None = None) -> Answer:
    """Return Splink's best known firm for every asked name; training without labels unless a model is given."""
    known, asked = _tables(sample)
    started = time.perf_counter()
    linker = _linker(known, asked, model or _settings(parts=parts, known=known.height))
    if model is None:
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
        for block in ("core", "brand") if not parts else ("brand", "trade", "key"):
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(block), record_sample_proportion=1.0
            )
    pairs = pl.from_arrow(linker.inference.predict(threshold_match_probability=0.001).as_pyarrow_table())
    seconds = time.perf_counter() - started
    assert isinstance(pairs, pl.DataFrame)
    turned = pl.col("source_dataset_l") == "asked"
    best = pairs.select(
        pl.when(turned).then(pl.col("id_l")).otherwise(pl.col("id_r")).alias("row"),
        pl.when(turned).then(pl.col("id_r")).otherwise(pl.col("id_l")).alias("subject"),
        pl.col("match_probability").alias("score"),
    )
    best = best.sort("score", "subject", descending=[True, False]).unique("row", keep="first", maintain_order=True)
    return Answer(best, seconds)
