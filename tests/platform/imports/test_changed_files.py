"""A file that somebody saves between check and commit is said to have changed; nothing of either version is written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import loads
from qipan.platform.imports import load
from qipan.platform.models import Batch, StoredFile, TrailEntry
from qipan.registry.models import Enterprise

pytestmark = pytest.mark.usefixtures("installed")
FIRST, SECOND = loads.firm(1, "云州先前企业有限公司"), loads.firm(2, "云州后来企业有限公司")


def stopped(checked: load.Checked) -> list[str]:
    """Return why the load was not written; fails where anything of it was."""
    before = TrailEntry.objects.count()
    outcome = load.write(checked, loads.operator())
    assert (Batch.objects.count(), Enterprise.objects.count(), TrailEntry.objects.count()) == (1, 0, before)
    return [problem.code for problem in outcome.problems]


@pytest.fixture
def zone(tmp_path: Path) -> None:
    loads.load(loads.units_book(tmp_path / "z"))


@pytest.mark.usefixtures("zone")
def test_a_workbook_saved_between_check_and_commit_is_not_written(tmp_path: Path) -> None:
    checked = loads.check(loads.firms_book(tmp_path, FIRST))
    loads.firms_book(tmp_path, SECOND)
    assert stopped(checked) == ["imports.file-changed"]
    assert loads.load(tmp_path / "企业台账.xlsx").new == 1


@pytest.mark.usefixtures("zone")
def test_an_archive_whose_other_member_changed_is_not_written(tmp_path: Path) -> None:
    book, archive = loads.firms_book(tmp_path, FIRST), tmp_path / "台账.zip"
    for note in ("一", "二"):
        with zipfile.ZipFile(archive, "w") as out:
            out.write(book, book.name)
            out.writestr("说明.md", note)
        if note == "一":
            checked = loads.check(archive)
    assert stopped(checked) == ["imports.file-changed"]
    assert loads.load(archive).new == 1


@pytest.mark.usefixtures("zone")
def test_a_file_that_is_gone_at_the_commit_is_not_written(tmp_path: Path) -> None:
    path = loads.firms_book(tmp_path, FIRST)
    checked = loads.check(path)
    path.unlink()
    files = StoredFile.objects.count()
    assert stopped(checked) == ["imports.file-changed"]
    assert StoredFile.objects.count() == files
