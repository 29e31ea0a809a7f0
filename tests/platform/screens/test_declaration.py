"""A noun says once what it is, and is taken at its word."""

from __future__ import annotations

import pytest
from django.utils import translation

from qipan.platform import visible
from qipan.platform.models import User
from qipan.platform.screens import Column, Kind, Screen, declare, screen_of
from qipan.platform.term import Term

NAME = Column("name", Term("名称", "Name"), sort=True)


def screen(*columns: Column, code: str = "things") -> Screen:
    return Screen(code, Term("物件", "things"), Term("物件", "thing"), User, columns, see="things.see")


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qipan.platform.screens.declaration._screens", {})


def test_a_declared_screen_is_found_by_its_code():
    declared = declare(screen(NAME))
    assert screen_of("things") is declared
    assert screen_of("others") is None


def test_a_code_is_taken_once():
    declare(screen(NAME))
    with pytest.raises(ValueError, match="things is declared twice"):
        declare(screen(NAME))


def test_a_column_is_named_once():
    with pytest.raises(ValueError, match="names a column twice"):
        declare(screen(NAME, NAME))


def test_a_column_lies_where_it_says_or_under_its_code():
    assert NAME.path == "name"
    assert Column("park", Term("园区", "Park"), Kind.UNIT, field="unit").path == "unit"
    assert not Column("age", Term("年龄", "Age"), value=lambda record, user: 3).stored


def test_a_term_reads_in_the_language_of_the_page():
    term = Term("园区", "park")
    with translation.override("en"):
        assert str(term) == "park"
    with translation.override("zh-hans"):
        assert str(term) == "园区"
    assert term.text("en") == "park"


def test_who_sees_a_model_is_decided_once():
    assert User in visible.decided_models()
    with pytest.raises(ValueError, match="decided twice"):
        visible.sees(User, lambda user: visible.NOTHING)


def test_a_model_nobody_decided_about_is_shown_to_nobody():
    with pytest.raises(KeyError):
        visible.visible_to(Screen, User())  # type: ignore[type-var]
