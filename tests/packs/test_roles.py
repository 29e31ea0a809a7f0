"""Roles of packs: what is extended is taken in, an overlay adds or replaces, a road to nowhere is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from qipan.packs import read_pack, resolve_packs
from qipan.packs.lint import lint
from qipan.packs.resolve import Resolved
from qipan.packs.roles import Role

HEAD = 'id: {id}\nversion: "2026.11"\nnames: {{zh: 甲, en: A}}\nlicence: Apache-2.0\n'
SHARED = "defaults:\n  from: {since}\n  source: {{doc: 惯例, status: practice}}\nroles:\n"
OFFICER = "  - {code: officer, names: {zh: 人员, en: Officer}, scope: unit, rights: [a.see, a.load]}\n"


def _pack(folder: Path, name: str, roles: str, since: str = "2018-01-01") -> Path:
    (folder / name / "roles").mkdir(parents=True)
    (folder / name / "pack.yaml").write_text(HEAD.format(id=name), encoding="utf-8")
    (folder / name / "roles" / "r.yaml").write_text(SHARED.format(since=since) + roles, encoding="utf-8")
    return folder / name


def _resolved(folder: Path, shipped: str, overlay: str = "") -> Resolved:
    pack = read_pack(_pack(folder, "shipped", shipped))
    over = read_pack(_pack(folder, "local", overlay, since="2026-12-01")) if overlay else None
    assert not pack.problems, pack.problems
    assert pack.pack is not None
    return resolve_packs([pack.pack], overlays=[over.pack] if over and over.pack else [])


def test_a_role_has_the_rights_of_the_one_it_extends(tmp_path: Path):
    role = _resolved(tmp_path, OFFICER + "  - {code: park, extends: officer, rights: [a.edit], secrecy: [contacts]}\n")
    assert role.roles["park"].all_rights() == {"a.see", "a.load", "a.edit", "contacts.see"}
    assert role.roles["park"].scope == "unit"
    assert role.roles["officer"].all_rights() == {"a.see", "a.load"}


def test_an_overlay_adds_to_a_role_of_its_own_code_and_to_all_that_extend_it(tmp_path: Path):
    shipped = OFFICER + "  - {code: park, extends: officer, names: {zh: 园区, en: Park}}\n"
    found = _resolved(tmp_path, shipped, "  - {code: officer, extends: officer, rights: [charging.see]}\n")
    assert found.roles["park"].all_rights() == {"a.see", "a.load", "charging.see"}
    assert found.roles["officer"].text("en") == "Officer"
    assert found.roles["officer"].valid_from == date(2018, 1, 1), "it held before the overlay came"
    assert not found.problems


def test_an_overlay_that_extends_nothing_takes_rights_away(tmp_path: Path):
    narrow = "  - {code: officer, names: {zh: 人员, en: Officer}, scope: unit, rights: [a.see]}\n"
    assert _resolved(tmp_path, OFFICER, narrow).roles["officer"].all_rights() == {"a.see"}


def test_a_road_that_leads_in_a_ring_or_nowhere_is_told(tmp_path: Path):
    ring = "  - {code: a, extends: b, rights: [a.see]}\n  - {code: b, extends: a}\n  - {code: c, extends: gone}\n"
    found = _resolved(tmp_path, ring)
    assert [problem.code for problem in found.problems] == ["packs.role-extends"] * 3
    assert found.roles["b"].all_rights() == frozenset()


def test_a_role_without_name_or_scope_and_one_that_excludes_nobody_are_told(tmp_path: Path):
    found = _resolved(tmp_path, "  - {code: a, excludes: [offcer]}\n" + OFFICER)
    codes = [problem.code for problem in lint(found) if "role" in str(problem.where.file) or problem.where.row]
    assert codes.count("packs.missing") == 2
    assert "packs.unknown-code" in codes


def test_a_role_holds_from_its_first_to_its_last_day(tmp_path: Path):
    until = "  - {code: a, names: {zh: 甲, en: A}, scope: unit, until: 2020-12-31}\n"
    role: Role = _resolved(tmp_path, until).roles["a"]
    assert [role.holds_on(date(*day)) for day in ((2017, 12, 31), (2018, 1, 1), (2020, 12, 31), (2021, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_the_three_administrators_of_the_shipped_pack_exclude_each_other():
    from qipan.packs import load_packs

    roles = load_packs("cn-hitech")[0].roles
    three = {"system", "security", "audit"}
    assert all(set(roles[code].excludes) == three - {code} for code in three)
    business = {right for code in ("leader", "economy", "park") for right in roles[code].all_rights()}
    for code in three:
        shared = roles[code].all_rights() & business
        assert shared <= {"units.see", "definitions.see", "trail.see", "webhooks.manage"}, (
            f"{code} reads records: {shared}"
        )
