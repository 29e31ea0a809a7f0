"""Every problem code that can be told is in a catalogue, in both languages, and explained in the documents."""

import ast
import csv
import re
import string
from pathlib import Path

import pytest
import write_problem_docs

from qipan.engine.problem import Entry, Severity, catalogue

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "qipan"
CODE = re.compile(r"^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COLUMNS = ["code", "severity", "zh", "en", "zh_hint", "en_hint"]
# Other things that are named room.word: a change, a published frame, a right.
OTHER_NAMES = {"action", "act", "frame", "publish", "right", "may", "allow"}


def fields(template: str) -> set[str]:
    # A field that carries words has a twin for the English sentence.
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {"text" if name in {"zh", "en"} else name.removesuffix("_en") for name in names}


def only_fields(template: str) -> bool:
    """Tell whether all words come from elsewhere, such as a check that a pack states in both languages."""
    return bool(fields(template)) and not re.search(r"\w", re.sub(r"\{\w*\}", "", template))


def named_by(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def codes_in(tree: ast.Module) -> set[str]:
    """The codes a module tells: what `Problem.of` is given, and other literals that look like a known room's code."""
    rooms = {code.split(".")[0] for code in catalogue()}
    told: set[str] = set()
    others: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        first = node.args[0] if node.args else None
        if named_by(node) in OTHER_NAMES:
            others.update(id(part) for part in ast.walk(node))
        elif ast.unparse(node.func) == "Problem.of" and isinstance(first, ast.Constant):
            told.add(str(first.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in others:
            looks = CODE.match(node.value) and "-" in node.value
            if looks and node.value.split(".")[0] in rooms:
                told.add(node.value)
    return told


def test_every_code_that_is_told_is_catalogued():
    known = set(catalogue())
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for code in codes_in(ast.parse(path.read_text(encoding="utf-8"))) - known:
            found.append(f"{path.relative_to(ROOT)}: {code}")
    assert not found, "\n".join(found)


def test_an_uncatalogued_code_would_be_found():
    tree = ast.parse('problems.append(Problem.of("nowhere.heard-of", where=at))')
    assert codes_in(tree) - set(catalogue()) == {"nowhere.heard-of"}


def test_every_catalogued_code_is_told_somewhere():
    written = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    silent = [code for code in catalogue() if not tells(written, code)]
    assert not silent, f"nothing tells {silent}"


def tells(written: str, code: str) -> bool:
    """Tell whether the code stands in the source, whole, without its room, or put together from its beginning."""
    beginnings = [code[: match.end()] for match in re.finditer(r"[.-]", code)]
    whole = (f'"{code}"', f'"{code.split(".")[1]}"', *(f'"{beginning}{{' for beginning in beginnings))
    return any(form in written for form in whole)


@pytest.mark.parametrize("entry", catalogue().values(), ids=lambda entry: entry.code)
def test_a_catalogue_line_is_complete_in_both_languages(entry: Entry):
    assert CODE.match(entry.code), "a code is room.kebab-case"
    for texts in (entry.message, entry.hint):
        if texts is entry.hint and entry.severity is Severity.INFO and set(texts.values()) <= {"", "—"}:
            continue  # what only tells needs no advice
        assert CHINESE.search(texts["zh"]) or only_fields(texts["zh"]), f"{entry.code}: no Chinese in {texts['zh']!r}"
        assert texts["en"].strip(), f"{entry.code}: no English"
        assert fields(texts["zh"]) == fields(texts["en"]), f"{entry.code}: the languages name different fields"
    assert not CHINESE.search(re.sub(r"[\"'“‘(][^\"'”’)]*[\"'”’)]", "", entry.message["en"])), (
        "Chinese stands quoted in English"
    )


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("problems.csv")), ids=lambda path: str(path.parent.relative_to(SOURCE))
)
def test_a_catalogue_file_has_its_six_columns_and_known_severities(path: Path):
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        assert reader.fieldnames == COLUMNS
        for row in reader:
            cells = sum(cell is not None for cell in row.values()) + (len(row[None]) - 1 if None in row else 0)
            assert cells == len(COLUMNS), f"line {reader.line_num} has {cells} cells: quote a text with a comma"
            assert row["severity"] in set(Severity)


def test_the_page_of_problems_is_fresh():
    page = write_problem_docs.PAGE
    assert page.read_text(encoding="utf-8") == write_problem_docs.render(), "run: make docs"
