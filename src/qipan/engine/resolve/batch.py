"""Rows of one table that mean the same firm, though none of them is known yet."""

from __future__ import annotations

import polars as pl

from qipan.engine.resolve.closeness import far_apart


def join_in_batch(decided: pl.DataFrame) -> pl.DataFrame:
    """Add `same_as`, the first row that means the same firm, and questions between rows of one table.

    One code is one firm; a name without a code goes with the only code that bears it here, or with its equals. One
    name under several codes is several firms and says so; one code under names far apart is a question.
    """
    open_ = decided.filter(pl.col("firm").is_null() & (pl.col("verdict") != "nobody").fill_null(value=True))
    if open_.is_empty():
        return decided.with_columns(pl.lit(None, pl.UInt32).alias("same_as"))
    coded = open_.drop_nulls("organisation").drop_nulls("key")
    bearers = coded.group_by("key").agg(
        pl.col("organisation").n_unique().alias("bearers"), pl.col("organisation").min().alias("only")
    )
    open_ = open_.join(bearers, on="key", how="left", maintain_order="left")
    borrowed = pl.when(pl.col("bearers") == 1).then(pl.col("only"))
    body = pl.coalesce("organisation", borrowed)
    identity = pl.coalesce("c" + body, "n" + pl.col("key"))
    open_ = open_.with_columns(identity.alias("identity"))
    open_ = open_.with_columns(
        pl.col("row").first().over("identity").alias("same_as"), pl.col("key").first().over("identity").alias("lead")
    )
    several = pl.col("bearers") > 1
    apart = far_apart(open_["key"], open_["lead"])
    # Rows of one code far apart are all in question, the first among them too.
    open_ = open_.with_columns(apart.alias("apart")).with_columns(pl.col("apart").any().over("identity"))
    told = open_.select(
        "row",
        "same_as",
        pl.when(pl.col("apart"))
        .then(pl.lit("resolve.code-here-other-name"))
        .when(several & pl.col("organisation").is_not_null())
        .then(pl.lit("resolve.same-name-here"))
        .when(several)
        .then(pl.lit("resolve.name-of-several"))
        .alias("here"),
    )
    joined = decided.join(told, on="row", how="left", maintain_order="left")
    undecided = pl.col("verdict").is_null()
    return joined.with_columns(
        pl.when(undecided & (pl.col("here") == "resolve.code-here-other-name"))
        .then(pl.lit("conflict"))
        .when(undecided & (pl.col("here") == "resolve.same-name-here"))
        .then(pl.lit("new"))
        .when(undecided & (pl.col("here") == "resolve.name-of-several"))
        .then(pl.lit("candidate"))
        .otherwise(pl.col("verdict"))
        .alias("verdict"),
        pl.coalesce("problem", pl.when(undecided).then(pl.col("here"))).alias("problem"),
    ).drop("here")
