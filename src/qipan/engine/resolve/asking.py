"""The queue for people: which known firms a row may mean, and why it was not decided."""

from __future__ import annotations

from typing import Final

import polars as pl

from qipan.engine.resolve.candidates import candidates
from qipan.engine.resolve.lexicon import Lexicon

_PARTS: Final = ("brand", "trade", "place", "form", "branch")


def ask(decided: pl.DataFrame, firms: pl.DataFrame, names: pl.DataFrame, words: Lexicon, compared: int) -> pl.DataFrame:
    """Return `row`, `candidates` and `unasked` for every row that waits for a person or for a comparison.

    Rows in conflict are shown the firms that claim them. Rows nothing matched are compared by likeness: those
    without a code with all known names, those with one only with firms that have none, because two valid codes are
    two firms. At most `compared` distinct names; `unasked` names the problem of those beyond.
    """
    claims = _claims(decided, firms)
    rest = decided.filter(pl.col("verdict").is_null()).drop_nulls("key")
    distinct = rest.select("key", "name", pl.col("organisation").is_not_null().alias("coded"))
    distinct = distinct.unique(["key", "coded"], keep="first", maintain_order=True)
    codeless = names.join(firms.filter(pl.col("organisation").is_null()).select("firm"), on="firm", how="semi")
    pools = ((False, names), (True, codeless))
    # Where there is nothing to compare with, nothing is left uncompared.
    distinct = distinct.filter(pl.col("coded").is_in([coded for coded, pool in pools if pool.height]))
    chosen, beyond = distinct.head(compared), distinct.tail(max(0, distinct.height - compared))
    likely = [_likely(chosen.filter(pl.col("coded") == coded), pool, firms, words) for coded, pool in pools]
    waiting = beyond.select(
        "key",
        "coded",
        pl.lit(None, likely[0].schema["candidates"]).alias("candidates"),
        pl.lit("resolve.not-compared").alias("unasked"),
    )
    told = pl.concat([*likely, waiting])
    rows = rest.select("row", "key", pl.col("organisation").is_not_null().alias("coded"))
    by_likeness = rows.join(told, on=["key", "coded"]).select("row", "candidates", "unasked")
    return pl.concat([claims, by_likeness])


def _shown(firms: pl.DataFrame) -> pl.DataFrame:
    return firms.select("firm", "subject", pl.col("name").alias("registered"))


def _listed(pairs: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Gather pairs into one list of candidates per group, keeping their order."""
    struct = pl.struct("subject", pl.col("registered").alias("name"), "score", *_PARTS)
    return pairs.group_by(by, maintain_order=True).agg(struct.alias("candidates"))


def _claims(decided: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Return the firms that claim a row in conflict or of a name borne by several, that of the code first."""
    waiting = decided.filter(pl.col("verdict").is_in(["conflict", "candidate"]))
    by_code = waiting.drop_nulls("by_code").select("row", pl.col("by_code").alias("firm"))
    by_name = waiting.drop_nulls("named").select("row", "named").explode("named").rename({"named": "firm"})
    pairs = pl.concat([by_code, by_name.select("row", "firm")]).unique(maintain_order=True)
    pairs = pairs.join(_shown(firms), on="firm", how="left", maintain_order="left")
    pairs = pairs.with_columns(
        (1.0 / pl.len().over("row").cast(pl.Float64)).alias("score"),
        *(pl.lit(None, pl.String).alias(part) for part in _PARTS),
    )
    return _listed(pairs, ["row"]).with_columns(pl.lit(None, pl.String).alias("unasked"))


def _likely(asked: pl.DataFrame, pool: pl.DataFrame, firms: pl.DataFrame, words: Lexicon) -> pl.DataFrame:
    """Return `key`, `coded`, `candidates` and `unasked` of names compared by likeness."""
    found = candidates(asked, pool, words)
    keys = asked.with_row_index("asked").select("asked", "key", "coded")
    pairs = found.join(keys, on="asked", maintain_order="left").with_columns(
        pool["firm"].gather(found["known"]).alias("firm")
    )
    pairs = pairs.join(_shown(firms), on="firm", how="left", maintain_order="left")
    return _listed(pairs, ["key", "coded"]).with_columns(pl.lit(None, pl.String).alias("unasked"))
