"""Small ledgers written for a test, loaded as a person would, and what the records say before and after."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from qipan.engine.codes.digits import organisation_check, uscc_check

if TYPE_CHECKING:
    from qipan.platform.imports.load import Checked
    from qipan.platform.models import Batch, User
    from qipan.platform.rights import Actor

Row = Sequence[object]
UNITS: tuple[Row, ...] = (
    ("机构编码", "机构名称", "类型", "上级机构", "别名", "成立日期"),
    ("YZ", "云州市", "城市", None, None, None),
    ("GX", "云州高新区", "高新区", "YZ", "高新区", date(2010, 1, 1)),
    ("E", "东园", "园区", "GX", "东部园区", date(2012, 1, 1)),
    ("W", "西园", "园区", "GX", None, date(2012, 1, 1)),
)
FIRM_HEAD = ("企业名称", "统一社会信用代码", "所属园区", "行业代码", "成立日期", "注册资本(万元)", "经营状态")
LONG_HEAD = ("园区", "指标", "时期", "数值", "计量单位", "口径")


def code_of(number: int) -> str:
    """Return a credit code with both check characters right; the same number, the same code."""
    body = f"{number:08d}"
    organisation = body + organisation_check(body)
    start = "91370800" + organisation
    return start + (uscc_check(start) or "")


def firm(number: int, name: str, park: str = "东园", **changes: object) -> Row:
    """Return a row under FIRM_HEAD."""
    row: dict[str, object] = {
        "name": name, "code": code_of(number), "park": park, "industry": "3990", "since": date(2015, 3, 1),
        "capital": 1000, "status": "存续",
    }  # fmt: skip
    row.update(changes)
    return tuple(row.values())


def workbook(path: Path, sheets: Mapping[str, Iterable[Row]]) -> Path:
    """Write a workbook with these sheets and return its path."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def text_file(path: Path, rows: Iterable[Row]) -> Path:
    """Write a CSV and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def units_book(folder: Path, rows: Iterable[Row] = UNITS) -> Path:
    """Write the ledger of units."""
    return workbook(folder / "组织机构.xlsx", {"组织机构": rows})


def firms_book(folder: Path, *rows: Row, name: str = "企业台账.xlsx") -> Path:
    """Write a ledger of firms."""
    return workbook(folder / name, {"企业台账": (FIRM_HEAD, *rows)})


def figures_book(folder: Path, *rows: Row, name: str = "园区指标.xlsx") -> Path:
    """Write figures one a row: (unit, measure, period, value, unit of measure)."""
    return workbook(folder / name, {"指标明细": (LONG_HEAD, *((*row, *[None] * (6 - len(row))) for row in rows))})


def operator() -> Actor:
    """Return the one who owns the data folder."""
    from qipan.platform.rights import machine

    return machine("operator")


def check(*paths: Path, by: User | None = None, **wishes: Any) -> Checked:
    """Read and compare, as `by` (else as the operator)."""
    from qipan.platform.imports import load
    from qipan.platform.rights import person

    return load.check(load.request(paths, actor=person(by) if by else operator(), **wishes))


def load(*paths: Path, by: User | None = None, **wishes: Any) -> Batch:
    """Load files and return the batch; fails the test where nothing was written."""
    from qipan.platform.imports import load as loads
    from qipan.platform.rights import person

    outcome = loads.write(check(*paths, by=by, **wishes), person(by) if by else operator())
    assert outcome.value is not None, [problem.message("en") for problem in outcome.problems]
    return outcome.value


def undo(batch: Batch, by: User | None = None) -> list[str]:
    """Undo a batch; returns the codes of what stood in the way."""
    from qipan.platform.imports.undo import undo as run
    from qipan.platform.rights import person

    outcome = run(person(by) if by else operator(), batch.pk)
    return [problem.code for problem in outcome.problems]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table."""
    from django.apps import apps

    return {
        model._meta.label: sorted(model._base_manager.values(), key=repr)
        for model in apps.get_models(include_auto_created=True)
    }


def view() -> dict[str, list[Any]]:
    """Return the current view: what lists, boards and the next load read; batches and history are left out."""
    from qipan.registry import models as m

    fields = ("subject_id", "measure__code", "period", "reading", "basis", "scope__text", "value", "text", "batch")
    tables = {
        "units": m.Unit.objects.values_list(*_but_version(m.Unit)),
        "places": m.UnitPlace.objects.values_list("unit_id", "parent_id", "since", "until"),
        "successions": m.UnitSuccession.objects.filter(stands=True).values_list("former_id", "later_id", "day"),
        "firms": m.Enterprise.objects.values_list(*_but_version(m.Enterprise)),
        "names": m.EnterpriseName.objects.values_list("enterprise_id", "kind", "name", "name_key"),
        "titles": m.Qualification.objects.values_list("enterprise_id", "kind", "number", "since", "until"),
        "facts": m.Fact.objects.filter(superseded_by__isnull=True).values_list("id", *fields),
        "returns": m.Return.objects.values_list("unit_id", "ledger", "period", "status", "batch"),
        "waiting": m.Uncertain.objects.values_list("name", "uscc", "problem", "decided"),
    }
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def _but_version(model: Any) -> list[str]:
    """Return the fields of a noun without the count of its changes: an undo is a change, too."""
    return [field.attname for field in model._meta.concrete_fields if field.name != "version"]


def figure(unit: str, measure: str, period: int, basis: int = 1, reading: int = 0) -> tuple[int | None, str] | None:
    """Return value and printed text of a unit's current figure; None where there is none."""
    from qipan.registry.models import Fact, Unit

    found = Fact.objects.filter(
        subject_id=Unit.objects.get(name=unit).pk, measure__code=measure, period=period, basis=basis, reading=reading,
        superseded_by__isnull=True,
    ).values_list("value", "text")  # fmt: skip
    return found.first()
