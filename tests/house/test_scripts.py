"""The scripts behind `make`: what they collect, count, keep and rewrite."""

import json
from pathlib import Path

import assets
import bench
import check
import messages
import postgres
import prepare
import prove
import pytest

PAGE = """{% load i18n %}
   <p title="{% trans '全区' %}">{% blocktranslate with a=b %}你好 {{ a }} 家"企业"{% endblocktranslate %}
     <a>{% translate "园区" context "地图" %} don't</a>{{ _("甲") }}
  {% blocktranslate count n=n %}{{ n }} 家{% plural %}{{ n }} 家企业{% endblocktranslate %}
"""
MODULE = 'from x import gettext as _\nA = _("共 %(n)d 家") % {"n": 1}\nB = _(f"{A}")\nC = _("甲" "乙")\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "src" / "web" / "templates").mkdir(parents=True)
    (tmp_path / "src" / "web" / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "src" / "web" / "views.py").write_text(MODULE, encoding="utf-8")
    return tmp_path / "src"


def test_texts_of_pages_and_code_are_collected_with_plural_and_context(source: Path):
    found = {(text.singular, text.plural, text.context) for text in messages.collect(source)}
    assert found == {
        ("全区", None, None),
        ('你好 %(a)s 家"企业"', None, None),
        ("园区", None, "地图"),
        ("甲", None, None),
        ("%(n)s 家", "%(n)s 家企业", None),
        ("共 %(n)d 家", None, None),
        ("甲乙", None, None),
    }


def test_merging_keeps_translations_and_drops_what_nothing_says(source: Path, tmp_path: Path):
    texts = messages.collect(source)
    catalogue = messages.merged(messages.Catalog(locale="en"), texts)
    catalogue.get("甲").string = "A"
    catalogue.add("旧", string="old")
    messages.write(catalogue, tmp_path / "django.po")
    again = messages.merged(messages.read(tmp_path / "django.po"), texts)
    assert again.get("甲").string == "A"
    assert again.get("旧") is None
    messages.write(again, tmp_path / "first.po")
    messages.write(messages.merged(messages.read(tmp_path / "first.po"), texts), tmp_path / "second.po")
    assert (tmp_path / "first.po").read_bytes() == (tmp_path / "second.po").read_bytes()


@pytest.mark.parametrize(
    ("english", "complaint"),
    [("", "no English"), ("%(m)d firms", "other fields"), ("firms", "other fields"), ("%(n)d firms", None)],
)
def test_an_english_text_without_the_fields_of_its_original_is_missing(english: str, complaint: str | None):
    catalogue = messages.Catalog(locale="en")
    catalogue.add("共 %(n)d 家", string=english)
    found = messages.missing(catalogue)
    assert (complaint in found[0]) if complaint else not found


def test_a_text_is_compiled_to_what_the_pages_read(tmp_path: Path):
    import gettext

    folder = tmp_path / "locale" / "en" / "LC_MESSAGES"
    catalogue = messages.Catalog(locale="en")
    catalogue.add("园区", string="park")
    messages.write(catalogue, folder / "django.po")
    messages.compile_all(tmp_path)
    assert gettext.translation("django", tmp_path / "locale", ["en"]).gettext("园区") == "park"


def test_the_closing_line_counts_all_legs_and_stands_alone(capsys: pytest.CaptureFixture[str]):
    done = {"unit": (prove.Outcome(12, 0, 1), 3.0), "browser": (prove.Outcome(0, 0, 1, "SKIPPED: no browser"), 0.0)}
    assert prove._report(done) == 0
    shown = capsys.readouterr().out.rstrip().split("\n")
    assert shown[-1] == "12 passed, 0 failed, 2 skipped"
    assert any("SKIPPED: no browser" in line for line in shown)


@pytest.mark.parametrize("outcome", [prove.Outcome(12, 1, 0), prove.Outcome(0, 0, 3)])
def test_a_failure_and_a_run_without_any_test_end_badly(outcome: prove.Outcome):
    assert prove._report({"unit": (outcome, 1.0)}) == 1


REPORT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'


@pytest.mark.parametrize(
    ("code", "report", "wanted"),
    [
        (1, REPORT, (2, 2, 1)),
        (prove.NO_TESTS, None, (0, 0, 0)),
        (4, None, (0, 1, 0)),
        (3, REPORT.replace('failures="1" errors="1"', 'failures="0" errors="0"'), (4, 1, 1)),
    ],
)
def test_a_leg_is_counted_from_its_report_and_never_better_than_its_exit_code(
    code: int, report: str | None, wanted: tuple[int, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(prove, "RESULTS", tmp_path)
    monkeypatch.setattr(prove, "_call", lambda *_words, **_more: code)
    if report:
        (tmp_path / "unit.xml").write_text(report)
    outcome = prove._tests("unit", "tests")
    assert (outcome.passed, outcome.failed, outcome.skipped) == wanted


def test_a_step_is_done_once_and_again_only_when_its_inputs_change(tmp_path: Path):
    done: list[str] = []
    for mark in ("one", "one", "two"):
        prepare.once(tmp_path / "stamps" / "step", mark, lambda mark=mark: done.append(mark), "working")
    assert done == ["one", "two"]


def test_a_step_that_fails_leaves_no_stamp(tmp_path: Path):
    def fail() -> None:
        raise OSError

    with pytest.raises(OSError):
        prepare.once(tmp_path / "step", "one", fail, "working")
    assert not (tmp_path / "step").exists()


def test_assets_are_complete_only_with_their_licences(tmp_path: Path):
    for name in assets.FILES.values():
        (tmp_path / assets.PLACE / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / assets.PLACE / name).write_text("x")
    assert assets.complete(tmp_path)
    (tmp_path / assets.PLACE / "licences" / "htmx-LICENSE.txt").unlink()
    assert not assets.complete(tmp_path)


def test_a_bench_of_one_script_leaves_the_sections_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "bench").mkdir()
    line = json.dumps({"figure": "rows | s", "asked": "at least 20", "value": 1234.5, "unit": "rows/s", "peer": "bare"})
    for name in ("load", "search"):
        (tmp_path / "bench" / f"{name}.py").write_text(f"# --json\nprint('noise')\nprint({line!r})\n")
    (tmp_path / "bench" / "shared.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr("sys.argv", ["bench.py"])
    assert bench.main() == 0
    first = bench.written_sections()
    assert set(first) == {"load", "search"}
    assert "| rows \\| s | at least 20 | 1,234 rows/s | bare | — |  |" in first["load"]
    (tmp_path / "bench" / "load.py").write_text("# --json\nraise SystemExit(3)\n")
    monkeypatch.setattr("sys.argv", ["bench.py", "load"])
    assert bench.main() == 1
    assert "failed: ended with 3" in bench.written_sections()["load"]
    assert bench.written_sections()["search"] == first["search"]


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("src/qipan/platform/home.py", "tests/platform"),
        ("src/qipan/engine/problem.py", "tests/engine"),
        ("tests/house/test_scripts.py", "tests/house/test_scripts.py"),
        ("docs/architecture.md", None),
    ],
)
def test_a_changed_file_brings_the_tests_that_mirror_it(changed: str, tests: str | None):
    assert check.tests_of(Path(changed)) == (Path(tests) if tests else None)


def test_a_private_cluster_serves_and_is_gone_afterwards():
    binaries = postgres._binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres._cluster(binaries) as url, postgres.throwaway_database(url) as database:
        assert postgres._answers(database)
    assert not postgres._answers(url)
