"""Records as tables for people: firms, units, measures and figures under headings of either language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from django.utils import timezone

from qipan.engine.periods import Period
from qipan.engine.problem import Language
from qipan.engine.sheets.writing import ColumnKind, TableColumn
from qipan.platform.definitions import resolved
from qipan.platform.storage.frames import read_frame
from qipan.registry.loading import known
from qipan.registry.loading.collect import CAPITAL_FACTOR
from qipan.registry.models import Measure, Unit
from qipan.registry.rights import parents_kept
from qipan.registry.unit_history import later_names

_ONE = Decimal(1)
READINGS = {0: ("实际", "actual"), 1: ("目标", "target"), 2: ("预计", "expected")}
BASES = {0: ("当月", "single"), 1: ("累计", "cumulative"), 2: ("时点", "stock")}
UNIT_KINDS = {
    "city": ("城市", "city"),
    "zone": ("高新区", "zone"),
    "park": ("园区", "park"),
    "department": ("部门", "department"),
    "company": ("平台公司", "company"),
    "district": ("行政区", "district"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to be written: its name and its columns beside the frame's, one for one."""

    name: str
    columns: tuple[TableColumn, ...]
    frame: pl.DataFrame


# Column of the frame → heading in Chinese, in English, how it is shown.
Heads = tuple[tuple[str, str, str, ColumnKind], ...]

FIRMS: Heads = (
    ("name", "企业名称", "Name", "text"),
    ("uscc", "统一社会信用代码", "Credit code", "text"),
    ("park", "所属园区", "Park", "text"),
    ("industry", "行业代码", "Industry code", "text"),
    ("kind", "企业类型", "Type", "text"),
    ("registered", "成立日期", "Registered", "date"),
    ("capital", "注册资本（万元）", "Capital (10,000)", "number"),
    ("currency", "币种", "Currency", "text"),
    ("status", "经营状态", "Status", "text"),
    ("size", "企业规模", "Size class", "text"),
    ("above_scale", "四上", "Above scale", "boolean"),
    ("region", "行政区划代码", "Region code", "text"),
    ("province", "省份", "Province", "text"),
    ("city", "城市", "City", "text"),
    ("address", "地址", "Address", "text"),
    ("scope", "经营范围", "Business scope", "text"),
    ("person", "联系人", "Contact", "text"),
    ("phone", "联系电话", "Phone", "text"),
    ("longitude", "经度", "Longitude", "number"),
    ("latitude", "纬度", "Latitude", "number"),
    ("datum", "坐标系", "Datum", "text"),
    ("former", "曾用名", "Former names", "text"),
    ("alias", "别名", "Also called", "text"),
    ("note", "备注", "Note", "text"),
)
UNITS: Heads = (
    ("code", "机构编码", "Code", "text"),
    ("name", "机构名称", "Name", "text"),
    ("name_en", "英文名称", "Name in English", "text"),
    ("kind", "类型", "Kind", "text"),
    ("parent", "上级机构", "Above it", "text"),
    ("aliases", "别名", "Also called", "text"),
    ("opened", "成立日期", "Since", "date"),
    ("closed", "撤销日期", "Until", "date"),
    ("successors", "接续机构", "Goes on in", "text"),
)
MEASURES: Heads = (
    ("code", "指标代码", "Code", "text"),
    ("zh", "指标名称", "Name in Chinese", "text"),
    ("en", "英文名称", "Name in English", "text"),
    ("unit", "计量单位", "Unit of measure", "text"),
    ("basis", "数据性质", "Basis", "text"),
    ("pack", "定义包", "Pack", "text"),
    ("version", "版本", "Version", "text"),
    ("retired", "已停用", "Retired", "boolean"),
)
FACTS: Heads = (
    ("subject", "单位或企业", "Unit or firm", "text"),
    ("code", "编码", "Code", "text"),
    ("measure", "指标", "Measure", "text"),
    ("period", "时期", "Period", "text"),
    ("reading", "数值性质", "Reading", "text"),
    ("basis", "数据性质", "Basis", "text"),
    ("scope", "口径", "Scope", "text"),
    ("value", "数值", "Value", "number"),
    ("unit", "计量单位", "Unit of measure", "text"),
    ("text", "原文", "As printed", "text"),
    ("batch", "批次", "Batch", "integer"),
)


def enterprises(language: Language, period: int | None = None) -> Table:
    """Return all firms."""
    del period
    frame = known.firms([column for column, _ in known.FIRM_FIELDS.values()])
    names = dict(Unit.objects.values_list("pk", "name"))
    others = known.other_names()
    for kind in ("former", "alias"):
        mine = others.filter(pl.col("kind") == kind).group_by("id").agg(pl.col("name").str.join("、").alias(kind))
        frame = frame.join(mine, on="id", how="left")
    frame = frame.sort("id").with_columns(
        pl.col("unit_id").replace_strict(names, default=None, return_dtype=pl.String).alias("park"),
        pl.col("capital") / CAPITAL_FACTOR,
    )
    return _table(("企业", "Enterprises"), FIRMS, frame, language)


def units(language: Language, period: int | None = None) -> Table:
    """Return all units with where they stand now, closed ones with where they stood last and what they go on in."""
    del period
    names = dict(Unit.objects.values_list("pk", "name"))
    above = {unit: names[parent] for unit, parent in parents_kept(timezone.localdate()).items()}
    later = later_names()
    rows = [
        {
            "code": unit.code,
            "name": unit.name,
            "name_en": unit.name_en,
            "kind": _word(UNIT_KINDS, unit.kind, language),
            "parent": above.get(unit.pk),
            "aliases": "、".join(unit.aliases),
            "opened": unit.opened,
            "closed": unit.closed,
            "successors": "、".join(later.get(unit.pk, ())),
        }
        for unit in Unit.objects.all()
    ]
    schema = {name: pl.Date() if kind == "date" else pl.String() for name, _, _, kind in UNITS}
    return _table(("组织机构", "Units"), UNITS, pl.DataFrame(rows, schema=schema), language)


def measures(language: Language, period: int | None = None) -> Table:
    """Return all measures facts can point at."""
    del period
    bases = {"single": BASES[0], "cumulative": BASES[1], "stock": BASES[2]}
    rows = [
        {
            "code": measure.code, "zh": measure.names.get("zh"), "en": measure.names.get("en"), "unit": measure.unit,
            "basis": _word(bases, measure.basis, language), "pack": measure.pack, "version": measure.version,
            "retired": measure.retired,
        }
        for measure in Measure.objects.order_by("id")
    ]  # fmt: skip
    schema = {name: pl.Boolean() if kind == "boolean" else pl.String() for name, _, _, kind in MEASURES}
    return _table(("指标", "Measures"), MEASURES, pl.DataFrame(rows, schema=schema), language)


def facts(language: Language, period: int | None = None) -> Table:
    """Return all current figures (of `period`), each in its measure's own unit."""
    where = "" if period is None else f" AND f.period = {int(period)}"
    frame = read_frame(
        "SELECT f.id, f.subject_id, f.measure_id, f.period, f.reading, f.basis, s.text, f.value, f.text, f.batch "  # noqa: S608
        f"FROM fact f JOIN scope s ON s.id = f.scope_id WHERE f.superseded_by IS NULL{where}",
        {
            "id": pl.Int64(), "subject_id": pl.Int64(), "measure_id": pl.Int64(), "period": pl.Int64(),
            "reading": pl.Int64(), "basis": pl.Int64(), "scope": pl.String(), "value": pl.Int64(), "text": pl.String(),
            "batch": pl.Int64(),
        },
    )  # fmt: skip
    frame = frame.sort("id").join(_measures(language), on="measure_id", how="left", maintain_order="left")
    frame = frame.join(_subjects(), on="subject_id", how="left", maintain_order="left")
    written = {code: Period(code).text(language) for code in frame["period"].unique().to_list()}
    frame = frame.with_columns(
        pl.col("period").replace_strict(written, default=None, return_dtype=pl.String),
        *(
            pl.col(name).replace_strict(
                {code: _pick(pair, language) for code, pair in words.items()}, default=None, return_dtype=pl.String
            )
            for name, words in (("reading", READINGS), ("basis", BASES))
        ),
        (pl.col("value") / pl.col("factor")).round(10).alias("value"),
    )
    return _table(("数据", "Figures"), FACTS, frame, language)


def _measures(language: Language) -> pl.DataFrame:
    """Return what turns a stored value into one of the measure's unit: measure_id, measure, unit, factor."""
    table = resolved().units
    rows: list[tuple[int, str, str, float]] = []
    for measure in Measure.objects.all():
        unit = table.find(measure.unit)
        one = table.to_scaled(_ONE, measure.unit) if unit else 10**measure.places
        shown = unit.en if unit and language == "en" else measure.unit
        rows.append((measure.pk, measure.names.get(language) or measure.code, shown, float(one)))
    schema = {"measure_id": pl.Int64, "measure": pl.String, "unit": pl.String, "factor": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _subjects() -> pl.DataFrame:
    schema = {"subject_id": pl.Int64(), "subject": pl.String(), "code": pl.String()}
    return pl.concat(
        [
            read_frame("SELECT id, name, code FROM unit", schema),
            read_frame("SELECT id, name, uscc FROM enterprise", schema),
        ]
    )


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[1] if language == "en" else pair[0]


def _word(words: Mapping[str, tuple[str, str]], code: str, language: Language) -> str:
    return _pick(words[code], language) if code in words else code


def _table(name: tuple[str, str], heads: Heads, frame: pl.DataFrame, language: Language) -> Table:
    columns = tuple(TableColumn(_pick((zh, en), language), kind) for _, zh, en, kind in heads)
    return Table(_pick(name, language), columns, frame.select(column for column, *_ in heads))


TABLES: Mapping[str, Callable[..., Table]] = {
    "enterprises": enterprises,
    "facts": facts,
    "units": units,
    "measures": measures,
}
