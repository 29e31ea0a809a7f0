"""Search follows the records: what changed is found once, under its new name, and what went is found no more."""

from __future__ import annotations

import shutil

import pytest

import loads
from loads import firm, firms_book, units_book
from qipan.platform.definitions import install
from qipan.platform.home import home
from qipan.platform.models import User
from qipan.platform.search import Bounds, catch_up, find
from qipan.registry.firm_search import matching
from qipan.registry.models import Enterprise

FIRM = "firms"
OLD, NEW = "山东云州宏远机械制造有限公司", "山东云州宏远机械制造集团有限公司"


@pytest.fixture(autouse=True)
def own_index():
    """Begin without an index: it lies beside the database, and a test's rolled-back rows would be found in it."""
    shutil.rmtree(home().cache / "search", ignore_errors=True)


@pytest.fixture
def firms(db, tmp_path):
    """A zone with two firms, in the index."""
    assert install(loads.operator()).done
    loads.load(units_book(tmp_path))
    loads.load(firms_book(tmp_path, firm(1, OLD), firm(2, "云州光华光电科技股份有限公司")))
    assert catch_up()


def test_a_changed_firm_is_found_once_under_both_names(firms, tmp_path):
    key = Enterprise.objects.get(name=OLD).pk
    assert find(FIRM, "宏远") == [key]
    renamed = loads.load(firms_book(tmp_path, firm(1, NEW), name="二.xlsx"))
    assert catch_up()
    assert find(FIRM, "宏远") == [key]
    assert find(FIRM, "制造集团") == [key]
    assert loads.undo(renamed) == []
    assert catch_up()
    assert find(FIRM, "宏远") == [key]
    assert find(FIRM, "制造集团") == []


def test_a_firm_that_was_undone_is_found_no_more(firms, tmp_path):
    batch = loads.load(firms_book(tmp_path, firm(3, "云州临时企业有限公司"), name="三.xlsx"))
    assert catch_up()
    assert len(find(FIRM, "临时")) == 1
    loads.undo(batch)
    assert catch_up()
    assert find(FIRM, "临时") == []


def test_changes_of_several_loads_are_caught_up_together(firms, tmp_path):
    loads.load(firms_book(tmp_path, firm(1, NEW), name="二.xlsx"))
    loads.load(
        firms_book(
            tmp_path, firm(2, "云州光华光电科技股份有限公司", "西园"), firm(4, "云州后来企业有限公司"), name="三.xlsx"
        )
    )
    assert catch_up()
    assert len(find(FIRM, "后来")) == 1
    assert len(find(FIRM, "制造集团")) == 1
    west = frozenset(Enterprise.objects.filter(uscc=loads.code_of(2)).values_list("unit", flat=True))
    assert len(find(FIRM, "光华", within=Bounds(west))) == 1


def test_every_word_must_match_a_single_character_too(firms):
    assert len(find(FIRM, "光电 股")) == 1
    assert find(FIRM, "光电 园") == []
    assert find(FIRM, "光电 宏远") == []


def test_a_firm_is_found_by_the_beginning_of_its_code(firms):
    code = loads.code_of(2)
    assert Enterprise.objects.filter(matching(User(), code[:12].lower()).condition).filter(uscc=code).exists()
    assert not Enterprise.objects.filter(matching(User(), "9199999").condition).exists()
