"""The documents say what is so: commands exist, links lead somewhere, languages are in step, settings are listed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import write_command_docs
import write_health_docs

ROOT = Path(__file__).resolve().parents[2]
CHINESE, ENGLISH = ROOT / "README.md", ROOT / "README.en.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Told to a child process by the tests themselves, never by a person.
UNLISTED = {"QIPAN_TEST_POSTGRES", "QIPAN_CHROMIUM", "QIPAN_DATA"}


def blocks(page: Path) -> list[str]:
    return re.findall(
        r"^```(?:sh|bash|shell|console)\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def commands(page: Path, program: str) -> set[str]:
    """The words that follow `program` in the page's shell blocks and inline code."""
    text = page.read_text(encoding="utf-8")
    spans = [*blocks(page), *re.findall(r"`([^`\n]+)`", text)]
    lines = [line.strip().removeprefix("$ ") for span in spans for line in span.splitlines()]
    return {match.group(1) for line in lines if (match := re.match(rf"{program} ([a-z][a-z-]*)", line))}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def qipan_commands() -> set[str]:
    environment = {**os.environ, "COLUMNS": "200", "TERM": "dumb"}
    command = [sys.executable, "-m", "qipan.cli", "--help"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return set(re.findall(r"^[ │|]+([a-z][a-z-]+) {2,}[^ │|]", ended.stdout, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_command_a_page_names_exists(page: Path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert commands(page, "make") <= targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_qipan_command_a_page_names_exists(page: Path, qipan_commands: set[str]):
    assert commands(page, "qipan") <= qipan_commands


def test_every_command_has_its_heading(qipan_commands: set[str]):
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^#+ `?qipan ([a-z-]+)", page, re.MULTILINE))
    assert headings == qipan_commands


def test_the_page_of_commands_is_fresh():
    page = write_command_docs.PAGE
    assert page.read_text(encoding="utf-8") == write_command_docs.render(), "run: make docs"


def test_the_page_of_data_health_lists_every_check_and_is_fresh():
    page = write_health_docs.PAGE
    assert page.read_text(encoding="utf-8") == write_health_docs.render(), "run: make docs"


def test_every_setting_has_its_heading():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^#+ `?(QIPAN_[A-Z_]+)", page, re.MULTILINE))
    read = set()
    for path in (ROOT / "src").rglob("*.py"):
        read |= set(re.findall(r"\"(QIPAN_[A-Z_]+)\"", path.read_text(encoding="utf-8")))
    assert headings == read - UNLISTED


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_within_the_project_leads_somewhere(page: Path):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"<img[^>]+src=\"([^\"]+)\"", text)
    inside = [target.split("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    gone = [target for target in inside if target and not (page.parent / target).exists()]
    assert not gone


def shape(page: Path) -> list[str]:
    """What two languages of one page must share: levels of headings, shell blocks, pictures, rows of tables."""
    found = []
    text = page.read_text(encoding="utf-8")
    for block in blocks(page):
        found.append("\n".join(line.split("#")[0].rstrip() for line in block.splitlines()))
    text = re.sub(r"^```.*?^```", "```", text, flags=re.DOTALL | re.MULTILINE)
    for line in text.splitlines():
        if heading := re.match(r"#+", line):
            found.append(heading.group())
        elif "![" in line:
            found.append(f"{line.count('![')} pictures")
        elif line.startswith("|"):
            found.append(f"row of {line.count('|')}")
        elif line.startswith("```"):
            found.append("block")
    return found


def test_both_readmes_are_in_step():
    assert len(CHINESE.read_text(encoding="utf-8")) > 1000
    assert shape(CHINESE) == shape(ENGLISH)


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "docs/architecture.md"])
def test_a_page_every_project_owes_its_reader_is_there(name: str):
    assert (ROOT / name).stat().st_size > 500


def test_the_changelog_opens_with_what_is_not_yet_released():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0].startswith("Unreleased")


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
