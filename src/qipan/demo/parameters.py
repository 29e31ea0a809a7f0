"""What the demonstration zone is made from: the authored parameters of the pack `demo`, read into typed shapes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

KINDS = ("工业", "建筑业", "批零业", "住餐业", "房地产业", "服务业")
FIRST_YEAR = 2020
YEARS = tuple(range(FIRST_YEAR, 2027))
HERE = Path(__file__).resolve()


@dataclass(frozen=True, slots=True)
class Place:
    """The zone or its city, both fictional."""

    code: str
    name: str
    short: str
    en: str
    counties: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """What the zone adds up to; money in 亿元, electricity in 亿千瓦时, rates and shares in percent."""

    enterprises: int
    torch_firms: int
    torch_revenue: int
    industrial_output: int
    added_value_rate: int
    electricity: int
    top_firm_share: int
    top_ten_share: int
    tax_share: int
    projects: int
    project_plan: int


@dataclass(frozen=True, slots=True)
class Park:
    """A park: names, districts, how many firms of each kind, how fast it grows and its share of what is not firms'."""

    code: str
    name: str
    aliases: tuple[str, ...]
    en: str
    districts: tuple[str, ...]
    kind: str
    since: str
    firms: tuple[int, ...]  # by KINDS
    other: int  # weight among firms below the thresholds
    drift: tuple[float, ...]  # 百分点 above the zone's growth, by YEARS
    shares: dict[str, float]  # split name of series.csv -> weight


@dataclass(frozen=True, slots=True)
class Organisation:
    """A department or platform company."""

    code: str
    name: str
    short: str
    en: str
    kind: str
    parent: str
    since: str


@dataclass(frozen=True, slots=True)
class FormerPark:
    """A park that is no more: the codes of those in which it goes on."""

    code: str
    name: str
    aliases: str
    en: str
    since: str
    closed: str
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Industry:
    """A class of GB/T 4754-2017 with the words that name its firms."""

    code: str
    name: str
    kind: str
    weight: float
    trades: tuple[str, ...]
    products: tuple[str, ...]
    kwh: float  # 千瓦时 per 万元 of output or revenue
    tax: float  # percent of revenue
    parks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeriesSpec:
    """A measure that is not the sum of firms: levels by year in the report unit, and how it falls over the year."""

    measure: str
    unit: str  # unit in which increments are whole numbers
    split: str  # column of parks.csv; empty: no park has it
    growth: str
    decimals: int
    report_unit: str
    levels: tuple[float, ...]  # by YEARS
    season: str


@dataclass(frozen=True, slots=True)
class MovedPlant:
    """A plant that leaves; output in 亿元 a year."""

    park: str
    output: float
    stops: int
    gone: int
    name_trade: str
    to: str


@dataclass(frozen=True, slots=True)
class Writedown:
    """An amount (亿元, negative) taken out of one month of a unit's figure: the cumulative figure falls."""

    measure: str
    unit: str
    month: int
    amount: float
    note: str


@dataclass(frozen=True, slots=True)
class FirmWritedown:
    """An amount (亿元, negative) taken out of one month of the output of a park's n-th largest firm."""

    park: str
    rank: int
    month: int
    amount: float
    note: str


@dataclass(frozen=True, slots=True)
class Census:
    """A census revision: the years' GDP as first published was smaller by `factor`."""

    years: tuple[int, ...]
    factor: float
    published: int
    note: str


@dataclass(frozen=True, slots=True)
class Parting:
    """A park in which output, electricity and tax part ways; percent a month."""

    park: str
    start: int
    output: float
    electricity: float
    tax: float


@dataclass(frozen=True, slots=True)
class ScopeBreak:
    """百分点 by which a year's official growth differs from the growth of the levels."""

    measure: str
    year: int
    points: float
    note: str


@dataclass(frozen=True, slots=True)
class Flagship:
    """The flagship project that stands still; money in 亿元."""

    park: str
    name: str
    total: float
    plan: float
    done: float
    cause: str


@dataclass(frozen=True, slots=True)
class Events:
    """What happened in the zone."""

    moved_plant: MovedPlant
    writedowns: tuple[Writedown, ...]
    firm_writedown: FirmWritedown
    census: Census
    parting: Parting
    scope_breaks: tuple[ScopeBreak, ...]
    flagship: Flagship


@dataclass(frozen=True, slots=True)
class Aim:
    """What the years ask of a measure: (year, level in `unit`, growth in percent), one of the two null."""

    measure: str
    unit: str
    parks: bool  # parks have their share of it
    years: tuple[tuple[int, float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Syllables, surnames and roads for invented names."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    third: tuple[str, ...]
    forms: dict[str, int]
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    roads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """All authored parameters of the demonstration zone."""

    zone: Place
    city: Place
    region: str
    seed: int
    totals: Totals
    kinds: dict[str, int]
    left: dict[str, int]
    revenue: dict[str, float]
    qualifications: dict[str, int]
    growth: dict[int, float]
    parks: tuple[Park, ...]
    former: tuple[FormerPark, ...]
    organisations: tuple[Organisation, ...]
    industries: tuple[Industry, ...]
    series: tuple[SeriesSpec, ...]
    seasons: dict[str, tuple[float, ...]]  # shares of the year by increment 1-2月, 3月, … 12月; they sum to one
    official: dict[str, dict[int, float]]
    targets: tuple[Aim, ...]
    events: Events
    words: Words


def pack_folder() -> Path:
    """Return the folder of the pack `demo`: beside the code in a wheel, under `packs/` in the repository."""
    inside = HERE.parents[1] / "_packs" / "demo"
    return inside if inside.is_dir() else HERE.parents[3] / "packs" / "demo"


def _yaml(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(mark) if part)


def _parks(rows: Iterable[dict[str, str]]) -> tuple[Park, ...]:
    shares = ("投资", "财政", "外贸", "外资", "到位资金", "消费")
    return tuple(
        Park(
            row["code"],
            row["name"],
            _split(row["aliases"], "、"),
            row["en"],
            _split(row["districts"], "、"),
            row["kind"],
            row["since"],
            tuple(int(row[kind]) for kind in KINDS),
            int(row["other"]),
            tuple(float(row.get(f"g{year}") or 0) for year in YEARS),
            {share: float(row[share]) for share in shares},
        )
        for row in rows
    )


def _former(rows: Iterable[dict[str, str]]) -> tuple[FormerPark, ...]:
    given = [{**row, "successors": _split(row["successors"], " ")} for row in rows]
    return TypeAdapter(tuple[FormerPark, ...]).validate_python(given)


def _industries(rows: Iterable[dict[str, str]]) -> tuple[Industry, ...]:
    return tuple(
        Industry(
            row["code"],
            row["name"],
            row["kind"],
            float(row["weight"]),
            _split(row["trades"], "|"),
            _split(row["products"], "|"),
            float(row["kwh"]),
            float(row["tax"]),
            _split(row["parks"], " "),
        )
        for row in rows
    )


def _series(rows: Iterable[dict[str, str]]) -> tuple[SeriesSpec, ...]:
    return tuple(
        SeriesSpec(
            row["measure"],
            row["unit"],
            row["split"],
            row["growth"],
            int(row["decimals"]),
            row["report_unit"],
            tuple(float(row[str(year)]) for year in YEARS),
            row["season"],
        )
        for row in rows
    )


def _seasons(rows: Iterable[dict[str, str]]) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {}
    for row in rows:
        shares = [float(row[f"{month:02d}"]) for month in range(2, 13)]
        found[row["season"]] = tuple(share / sum(shares) for share in shares)
    return found


def _aims(rows: Iterable[dict[str, str]]) -> tuple[Aim, ...]:
    return tuple(
        Aim(
            row["measure"],
            row["unit"],
            row["parks"] == "y",
            tuple(
                (year, _number(row[f"level{year}"]), _number(row[f"growth{year}"]))
                for year in YEARS
                if row.get(f"level{year}") or row.get(f"growth{year}")
            ),
        )
        for row in rows
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _words(content: dict[str, Any]) -> Words:
    lists = {key: tuple(str(value).split()) for key, value in content.items() if key != "forms"}
    return TypeAdapter(Words).validate_python({**lists, "forms": content["forms"]})


def read_parameters(folder: Path | None = None) -> Parameters:
    """Return the parameters in `folder` (the shipped pack where none is named).

    A parameter that is missing or of the wrong kind raises: the pack is part of the program, not input.
    """
    home = (folder or pack_folder()) / "tables"
    zone = _yaml(home / "zone.yaml")
    zone["city"].setdefault("counties", 0)
    official = {
        row["measure"]: {year: float(row[str(year)]) for year in YEARS if row.get(str(year))}
        for row in _rows(home / "zone_official.csv")
    }
    return TypeAdapter(Parameters).validate_python(
        {
            **{key: value for key, value in zone.items() if key != "first_year"},
            "parks": _parks(_rows(home / "zone_parks.csv")),
            "former": _former(_rows(home / "zone_former_parks.csv")),
            "organisations": TypeAdapter(tuple[Organisation, ...]).validate_python(
                _rows(home / "zone_organisations.csv")
            ),
            "industries": _industries(_rows(home / "zone_industries.csv")),
            "series": _series(_rows(home / "zone_series.csv")),
            "seasons": _seasons(_rows(home / "zone_seasons.csv")),
            "official": official,
            "targets": _aims(_rows(home / "zone_targets.csv")),
            "events": _yaml(home / "zone_events.yaml"),
            "words": _words(_yaml(home / "zone_words.yaml")),
        }
    )
