"""Figures as a person speaks of them: whose, which measure and period, and the value in the measure's own unit."""

from __future__ import annotations

import polars as pl

from qipan.engine.periods import Period
from qipan.engine.units import UnitTable
from qipan.registry.loading import known
from qipan.registry.models import Measure


def spoken(facts: pl.DataFrame) -> pl.DataFrame:
    """Return `facts` with `said` and `said_en`: the subject, the measure and the period of each figure."""
    names = dict(Measure.objects.values_list("code", "names"))
    subjects = known.names_of(facts["subject_id"])
    whose = pl.coalesce(
        pl.col("subject_id").replace_strict(subjects, default=None, return_dtype=pl.String), "subject_text", pl.lit("")
    )
    pairs = facts.select("period", "basis").unique().rows()
    said = []
    for language in ("zh", "en"):
        measures = {code: str(called.get(language) or code) for code, called in names.items()}
        texts = {f"{period}/{basis}": Period(int(period)).text(language, basis=int(basis)) for period, basis in pairs}
        measure = pl.col("measure").replace_strict(measures, default=pl.col("measure"), return_dtype=pl.String)
        period = pl.format("{}/{}", "period", "basis").replace_strict(texts, default="", return_dtype=pl.String)
        zh = language == "zh"
        sentence = pl.format("{}{}（{}）" if zh else "{} {} ({})", whose, measure, period).str.strip_chars()
        said.append(sentence.alias("said" if zh else "said_en"))
    return facts.with_columns(said)


def valued(facts: pl.DataFrame, columns: dict[str, str], units: UnitTable) -> pl.DataFrame:
    """Return `facts` with the stored figures in `columns` (source → target) as text in the measure's display unit.

    The English text stands in `<target>_en`.
    """
    by, zh, en = {}, {}, {}
    for code, unit, places in Measure.objects.values_list("code", "unit", "places"):
        one = units.units.get(unit)
        by[code] = float((one.factor if one else 1) * 10**places)
        zh[code], en[code] = unit, f" {(one.en if one else '') or unit}"
    parts = []
    for source, target in columns.items():
        divisor = pl.col("measure").replace_strict(by, default=1.0, return_dtype=pl.Float64)
        figure = (pl.col(source) / divisor).round(6).cast(pl.String).str.replace(r"\.0$", "")
        for unit, name in ((zh, target), (en, f"{target}_en")):
            after = pl.col("measure").replace_strict(unit, default="", return_dtype=pl.String)
            parts.append(pl.concat_str(figure, after).alias(name))
    return facts.with_columns(parts)
