"""Rows of a ledger matched with the firms already known: by code, by name, else a question for a person."""

from __future__ import annotations

from typing import Final

import polars as pl

from qipan.engine.codes import normalise_series, uscc_ok_series
from qipan.engine.codes.columns import code_findings
from qipan.engine.resolve.asking import ask
from qipan.engine.resolve.batch import join_in_batch
from qipan.engine.resolve.closeness import far_apart
from qipan.engine.resolve.lexicon import Lexicon
from qipan.engine.resolve.names import normal_keys

VERDICTS: Final = ("code", "name", "former", "alias", "remembered", "candidate", "conflict", "new", "nobody")
VERDICT: Final = pl.Enum(VERDICTS)
# Distinct names compared by likeness in one call, at most.
COMPARED: Final = 20_000


def match(
    rows: pl.DataFrame,
    known: pl.DataFrame,
    *,
    verdicts: pl.DataFrame | None = None,
    lexicon: Lexicon | None = None,
    compared: int = COMPARED,
) -> pl.DataFrame:
    """Tell for every row which known firm it is, or why that is not certain; same rows out as in, in their order.

    `rows`: name str, uscc str (as written; may be absent). `known`: subject (any type, unique), name, uscc, and where
    there are any `former` and `aliases` (list[str]). `verdicts`, what people decided before: key str, uscc str or
    null (both as this function gave them), subject (null: none of the known; once the firm is created, its subject).

    Result: row u32, key str, uscc str (tidy; null where not valid), subject (null unless certain), verdict
    (VERDICT), score f64, same_as u32 (where no known firm is certain: the first row here that means the same firm),
    problem str (code of this room's catalogue, or null), candidates list of struct (subject, name, score and for
    brand, trade, place, form, branch one of same|sounds|alike|within|missing|other).
    A row is merged in silence only on a valid code whose name is not far off, or on the same normal key where no
    code contradicts. The rest is `candidate` or `conflict`, for a person, or `new`.
    """
    words = lexicon or Lexicon.default()
    asked = _prepare(rows.select("name", _text(rows, "uscc")), words).with_row_index("row")
    firms = _prepare(known.select("subject", "name", _text(known, "uscc")), words).with_row_index("firm")
    names = _names(firms, known, words)
    decided = _decide(_with_verdicts(_by_name(_by_code(asked, firms), firms, names), firms, verdicts), firms)
    decided = join_in_batch(decided)
    found = ask(decided, firms, names, words, compared)
    return _result(decided, found, firms)


def _text(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Read a column that may be absent as text."""
    return pl.col(column).cast(pl.String) if column in frame.columns else pl.lit(None, pl.String).alias(column)


def _prepare(frame: pl.DataFrame, words: Lexicon) -> pl.DataFrame:
    """Return a frame with `key`, `uscc` tidy and null where invalid, and `organisation`, its nine characters.

    A code whose closing check is right and whose inner one is not was issued so to some firms: it counts as it
    stands, but its nine characters name nobody else, so it stands whole in `organisation`.
    """
    tidy = normalise_series(frame["uscc"])
    found = code_findings(tidy)
    valid = uscc_ok_series(tidy).fill_null(value=False)
    whole = (found == "codes.organisation-in-uscc").fill_null(value=False)
    short = (found == "codes.organisation-only").fill_null(value=False)
    return frame.with_columns(
        normal_keys(frame["name"], words).alias("key"),
        pl.when(valid | whole).then(tidy).alias("uscc"),
        pl.when(valid).then(tidy.str.slice(8, 9)).when(whole | short).then(tidy).alias("organisation"),
    )


def _names(firms: pl.DataFrame, known: pl.DataFrame, words: Lexicon) -> pl.DataFrame:
    """Return every name of every known firm: firm u32, name, key, kind (0 its name, 1 a former one, 2 an alias)."""
    frames = [firms.select("firm", "name", "key", pl.lit(0, pl.Int8).alias("kind"))]
    for kind, column in ((1, "former"), (2, "aliases")):
        if column in known.columns:
            more = pl.DataFrame([firms["firm"], known[column].rename("name")]).explode("name").drop_nulls("name")
            more = more.with_columns(normal_keys(more["name"], words).alias("key"), pl.lit(kind, pl.Int8).alias("kind"))
            frames.append(more.select("firm", "name", "key", "kind"))
    names = pl.concat(frames).drop_nulls("key")
    return names.sort("kind").unique(["firm", "key"], keep="first", maintain_order=True)


def _by_code(asked: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Add `by_code` (the firm of this code, or null) and `code_firms` (how many firms bear it)."""
    coded = firms.drop_nulls("organisation")
    whole = coded.drop_nulls("uscc").group_by("uscc").agg(pl.col("firm").min().alias("whole"), pl.len().alias("wholes"))
    # Nine characters name the same body; they decide only where one side has no more than these.
    part = coded.group_by("organisation").agg(
        pl.col("firm").min().alias("part"),
        pl.len().alias("parts"),
        pl.col("uscc").null_count().alias("short"),
    )
    joined = asked.join(whole, on="uscc", how="left", maintain_order="left")
    joined = joined.join(part, on="organisation", how="left", maintain_order="left")
    usable = pl.col("uscc").is_null() | (pl.col("short") == pl.col("parts"))
    return joined.with_columns(
        pl.coalesce("whole", pl.when(usable).then(pl.col("part"))).alias("by_code"),
        pl.coalesce("wholes", pl.when(usable).then(pl.col("parts"))).fill_null(0).alias("code_firms"),
    ).drop("whole", "wholes", "part", "parts", "short")


def _by_name(asked: pl.DataFrame, firms: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Add what the name alone says.

    `named` list of firms bearing the key, `by_name` the only one no code contradicts, `kind` of that name,
    `open` how many are not contradicted, `agrees` whether the firm of the code is among them.
    """
    keys = names.select("key").unique()
    some = asked.select("row", "key", "organisation", "by_code").join(keys, on="key", how="semi")
    hits = some.join(names.select("key", "firm", "kind"), on="key").join(
        firms.select("firm", pl.col("organisation").alias("theirs")), on="firm"
    )
    against = (pl.col("organisation") != pl.col("theirs")).fill_null(value=False)
    hits = hits.with_columns(against.alias("against"), (pl.col("firm") == pl.col("by_code")).alias("own"))
    told = hits.group_by("row").agg(
        pl.col("firm").alias("named"),
        pl.col("firm").filter(~pl.col("against")).first().alias("by_name"),
        pl.col("kind").filter(~pl.col("against")).first().alias("kind"),
        (~pl.col("against")).sum().alias("open"),
        pl.col("own").fill_null(value=False).any().alias("agrees"),
    )
    return asked.join(told, on="row", how="left", maintain_order="left").with_columns(
        pl.col("open").fill_null(0), pl.col("agrees").fill_null(value=False)
    )


def _with_verdicts(asked: pl.DataFrame, firms: pl.DataFrame, verdicts: pl.DataFrame | None) -> pl.DataFrame:
    """Add `told` (a person decided about this key and code) and `by_verdict` (the firm, null for none of them)."""
    if verdicts is None or verdicts.is_empty():
        return asked.with_columns(pl.lit(value=False).alias("told"), pl.lit(None, pl.UInt32).alias("by_verdict"))
    past = verdicts.select("key", pl.col("uscc").cast(pl.String), pl.col("subject").cast(firms.schema["subject"]))
    past = past.unique(["key", "uscc"], keep="last", maintain_order=True)
    past = past.join(firms.select("subject", pl.col("firm").alias("by_verdict")), on="subject", how="left")
    # A verdict on a firm that is known no more says nothing.
    past = past.filter(pl.col("subject").is_null() | pl.col("by_verdict").is_not_null())
    past = past.select("key", "uscc", "by_verdict", pl.lit(value=True).alias("told"))
    joined = asked.join(past, on=["key", "uscc"], how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.col("told").fill_null(value=False))


def _decide(asked: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Add `firm`, `verdict` and `problem`; verdict null where only a comparison by likeness can tell."""
    code, name = pl.col("by_code").is_not_null(), pl.col("named").is_not_null()
    asked = asked.join(
        firms.select("firm", pl.col("key").alias("code_key")), left_on="by_code", right_on="firm", how="left",
        maintain_order="left",
    )  # fmt: skip
    asked = asked.with_columns(far_apart(asked["key"], asked["code_key"]).alias("far"))
    outdated = pl.col("told") & code & (pl.col("by_verdict") != pl.col("by_code")).fill_null(value=True)
    kinds = pl.col("kind").replace_strict([0, 1, 2], ["name", "former", "alias"], default=None, return_dtype=pl.String)
    cases: list[tuple[pl.Expr, str | pl.Expr, str | None, str | None]] = [
        # when, verdict, firm column, problem
        (pl.col("key").is_null() & pl.col("organisation").is_null(), "nobody", None, "resolve.nobody"),
        (pl.col("code_firms") > 1, "conflict", None, "resolve.code-twice"),
        (code & (pl.col("agrees") | pl.col("key").is_null()), "code", "by_code", None),
        (outdated, "conflict", None, "resolve.verdict-outdated"),
        (pl.col("told") & pl.col("by_verdict").is_not_null(), "remembered", "by_verdict", None),
        (pl.col("told"), "new", None, None),
        (code & name, "conflict", None, "resolve.code-and-name-differ"),
        (code & pl.col("far"), "conflict", None, "resolve.code-other-name"),
        (code, "code", "by_code", "resolve.name-written"),
        (pl.col("open") == 1, kinds, "by_name", None),
        (pl.col("open") > 1, "candidate", None, "resolve.name-of-several"),
        (name, "conflict", None, "resolve.same-name-other-code"),
    ]
    nothing = pl.when(pl.lit(value=False))
    verdict, firm, problem = (
        nothing.then(pl.lit(None, pl.String)),
        nothing.then(pl.lit(None, pl.UInt32)),
        nothing.then(pl.lit(None, pl.String)),
    )
    for when, kind, column, code_of_problem in cases:
        verdict = verdict.when(when).then(pl.lit(kind) if isinstance(kind, str) else kind)
        firm = firm.when(when).then(pl.col(column) if column else pl.lit(None, pl.UInt32))
        problem = problem.when(when).then(pl.lit(code_of_problem, pl.String))
    return asked.with_columns(verdict.alias("verdict"), firm.alias("firm"), problem.alias("problem"))


def _result(decided: pl.DataFrame, found: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Return the stated result from decisions and what asking found for the rest."""
    subjects = firms.select("firm", "subject")
    joined = decided.join(found, on="row", how="left", maintain_order="left").join(
        subjects, on="firm", how="left", maintain_order="left"
    )
    best = pl.col("candidates").list.first().struct.field("score")
    verdict = pl.coalesce(
        "verdict", pl.when(pl.col("candidates").is_not_null()).then(pl.lit("candidate")), pl.lit("new")
    )
    likeness = pl.when(pl.col("candidates").is_not_null()).then(pl.lit("resolve.look-alike"))
    certain = pl.col("firm").is_not_null()
    return joined.select(
        "row",
        "key",
        "uscc",
        "subject",
        verdict.cast(VERDICT).alias("verdict"),
        pl.when(certain).then(1.0).otherwise(best.fill_null(0.0)).alias("score"),
        pl.when(~certain).then(pl.col("same_as")).alias("same_as"),
        pl.coalesce("problem", pl.when(pl.col("verdict").is_null()).then(pl.coalesce("unasked", likeness))).alias(
            "problem"
        ),
        "candidates",
    )
