"""What can be searched of the registry: firms by all their names and their code, units, measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl
from django.db.models import QuerySet

from qipan.platform.imports.changes import stored
from qipan.platform.imports.plan import CHANGE_SCHEMA
from qipan.platform.models import Batch, TrailEntry, User
from qipan.platform.search import ROWS, Bounds, Changed, Other, Searchable, Shown, searchable
from qipan.platform.storage.among import among
from qipan.platform.storage.frames import read_frame
from qipan.platform.term import Term, language
from qipan.registry import labels
from qipan.registry.models import Enterprise, EnterpriseName, Measure, Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import reach

TABLES = ("enterprise", "enterprise_name")
# More changed firms than this are found faster by building the index anew.
MANY = 200_000


def _firms(keys: Sequence[int] | None) -> pl.DataFrame:
    some = "" if keys is None else f" WHERE id IN ({_listed(keys)})"
    firms = read_frame(f"SELECT id, unit_id, name, uscc FROM enterprise{some}", ROWS)  # noqa: S608 - whole numbers
    of_some = "" if keys is None else f" WHERE enterprise_id IN ({_listed(keys)})"
    wanted = {"id": pl.Int64(), "other": pl.String()}
    others = read_frame(f"SELECT enterprise_id, name FROM enterprise_name{of_some}", wanted)  # noqa: S608
    if not others.height:
        return firms
    joined = others.group_by("id").agg(pl.col("other").str.join("\n"))
    firms = firms.join(joined, on="id", how="left", maintain_order="left")
    return firms.with_columns(pl.concat_str("name", "other", separator="\n", ignore_nulls=True).alias("name")).drop(
        "other"
    )


def _listed(keys: Iterable[int]) -> str:
    return ", ".join(str(int(key)) for key in keys)


def _changed_firms(entries: QuerySet[TrailEntry]) -> Sequence[int] | None:
    """Return the firms changed with these entries, from the change sets of loads and from single changes."""
    batches = {batch for batch in entries.values_list("batch", flat=True) if batch}
    keys = set(entries.filter(batch__isnull=True, noun="enterprise").values_list("subject", flat=True))
    named: set[int] = set()
    for batch in Batch.objects.filter(pk__in=batches).select_related("undoes"):
        changes = stored((batch.undoes or batch).changes_file, CHANGE_SCHEMA).filter(pl.col("table").is_in(TABLES))
        names = changes.filter((pl.col("table") == "enterprise_name") & (pl.col("op") == "insert"))
        if batch.undoes is not None and names.height:
            return None  # whose names they were went with them
        keys.update(changes.filter(pl.col("table") == "enterprise")["id"].to_list())
        named.update(names["id"].to_list())
        if len(keys) + len(named) > MANY:
            return None
    keys |= _owners(sorted(named)) if named else set()
    return sorted(key for key in keys if key is not None)


def _owners(names: Sequence[int]) -> set[int]:
    wanted = {"id": pl.Int64()}
    return set(read_frame(f"SELECT enterprise_id FROM enterprise_name WHERE id IN ({_listed(names)})", wanted)["id"])  # noqa: S608


def _shown_firms(user: User, keys: Sequence[int]) -> list[Shown]:
    firms = visible_to(Enterprise, user).filter(pk__in=among(keys)).select_related("unit")
    found = list(firms.only("name", "uscc", "unit__name", "unit__name_en"))
    others: dict[int, list[Other]] = {}
    for key, name, kind in EnterpriseName.objects.filter(enterprise__in=among([firm.pk for firm in found])).values_list(
        "enterprise", "name", "kind"
    ):
        others.setdefault(key, []).append(Other(name, former=kind == EnterpriseName.Kind.FORMER))
    return [
        Shown(
            firm.pk, firm.name, tuple(others.get(firm.pk, ())), firm.uscc or "",
            _unit_name(firm.unit) if firm.unit else "", "web:firm", (firm.pk,),
        )
        for firm in found
    ]  # fmt: skip


def firms_within(user: User) -> Bounds | None:
    """Return where among the firms a person may look: in their units, and at the enterprise they belong to."""
    found = reach(user)
    return None if "firms.see" in found.whole else Bounds(found.at("firms.see"), found.own("firms.see"))


def _unit_name(unit: Unit) -> str:
    return unit.name_en if language() == "en" and unit.name_en else unit.name


def _changed(*nouns: str) -> Changed:
    """Return the reading of the trail for a noun of few records: where any may have changed, all are read again."""

    def changed(entries: QuerySet[TrailEntry]) -> Sequence[int] | None:
        touched = entries.filter(noun__in=[*nouns, "batch"]).exists()
        return None if touched else ()

    return changed


def _units(keys: Sequence[int] | None) -> pl.DataFrame:
    units = Unit.objects.all() if keys is None else Unit.objects.filter(pk__in=keys)
    rows = [(unit.pk, unit.pk, "\n".join(_names_of(unit)), unit.code) for unit in units]
    return pl.DataFrame(rows, schema=ROWS, orient="row")


def _names_of(unit: Unit) -> list[str]:
    return [str(name) for name in (unit.name, unit.name_en, *unit.aliases) if name]


def _shown_units(user: User, keys: Sequence[int]) -> list[Shown]:
    found: list[Shown] = []
    for unit in visible_to(Unit, user).filter(pk__in=keys):
        name = _unit_name(unit)
        others = tuple(Other(other, former=False) for other in _names_of(unit) if other != name)
        found.append(Shown(unit.pk, name, others, unit.code, "", "web:units"))
    return found


def _measures(keys: Sequence[int] | None) -> pl.DataFrame:
    measures = Measure.objects.filter(of__isnull=True)
    if keys is not None:
        measures = measures.filter(pk__in=keys)
    rows = [(one.pk, None, "\n".join(_called(one)), one.code) for one in measures]
    return pl.DataFrame(rows, schema=ROWS, orient="row")


def _called(measure: Measure) -> list[str]:
    """Return what a measure is called, in the page's language first."""
    names, aliases = measure.names, measure.spec.get("aliases") or ()
    order = ("en", "zh") if language() == "en" else ("zh", "en")
    return [str(name) for name in (*(names.get(one) for one in order), *aliases) if name]


def _shown_measures(user: User, keys: Sequence[int]) -> list[Shown]:
    found: list[Shown] = []
    for one in visible_to(Measure, user).filter(pk__in=keys):
        name, *others = _called(one) or [one.code]
        told = tuple(Other(other, former=False) for other in others)
        found.append(Shown(one.pk, name, told, one.code, labels.unit_of_measure(one.unit), "web:measure", (one.code,)))
    return found


def _people(keys: Sequence[int] | None) -> pl.DataFrame:
    people = User.objects.all() if keys is None else User.objects.filter(pk__in=keys)
    rows = [(one.pk, None, f"{one}\n{one.username}", "") for one in people]
    return pl.DataFrame(rows, schema=ROWS, orient="row")


def _shown_people(user: User, keys: Sequence[int]) -> list[Shown]:
    """Return the people with an account, for who may see who has one: others find nobody, themselves neither."""
    if not reach(user).any("people.see"):
        return []
    return [
        Shown(
            one.pk,
            str(one),
            (Other(one.username, former=False),) if one.username != str(one) else (),
            page="web:person",
            place=(one.pk,),
        )
        for one in visible_to(User, user).filter(pk__in=keys)
    ]


FIRMS = Searchable(
    "firms",
    Term("企业", "Firms"),
    _firms,
    _changed_firms,
    _shown_firms,
    within=firms_within,
    listed="web:firms",
    coded=True,
)
UNITS = Searchable("units", Term("组织", "Units"), _units, _changed("unit"), _shown_units)
MEASURES = Searchable("measures", Term("指标", "Measures"), _measures, _changed("measure", "pack"), _shown_measures)
PEOPLE = Searchable("people", Term("人员", "People"), _people, _changed("person"), _shown_people, listed="web:people")


def connect() -> None:
    """Let firms, units, measures and people be found."""
    for kind in (FIRMS, UNITS, MEASURES, PEOPLE):
        searchable(kind)
