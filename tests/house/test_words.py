"""What no file may say: running text as code, this or that machine, a registry's address."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "qipan"
PURE = ("engine", "packs", "demo")
# Spelt in parts, or this file would name what it forbids.
MACHINE = re.compile("|".join(("/" + "work/", "/" + "root/", "/" + "opt/pypi", "/home/" + r"\w+/")))
REGISTRY = re.compile(
    "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)", "deb" + r"\.debian\.org"))
)
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".json",
    ".yaml",
    ".yml",
    ".csv",
    ".html",
    ".js",
    ".css",
    ".po",
    ".svg",
    ".txt",
    ".cfg",
    "",
}


def tracked() -> list[Path]:
    """Every file git keeps or would keep; of an unpacked archive, every file."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if (ROOT / ".git").exists() and shutil.which("git"):
        names = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    skipped = {".git", ".venv", ".cache", "var", "dist", "vendor", "__pycache__", ".ruff_cache", ".pytest_cache"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.parts)]


def modules(*rooms: str) -> list[tuple[Path, ast.Module]]:
    paths = sorted(path for room in rooms for path in (SOURCE / room).rglob("*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def calls_of_names(tree: ast.Module) -> list[tuple[str, int]]:
    return [
        (node.func.id, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


def test_no_text_is_run_as_code():
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}("
        for path, tree in modules("")
        for name, line in calls_of_names(tree)
        if name in {"eval", "exec", "compile", "__import__"}
    ]
    assert not found, found


def test_engines_packs_and_the_demonstration_zone_read_no_clock_and_no_environment():
    clock = re.compile(
        r"^(datetime\.)?(datetime|date|time)\.(now|utcnow|today|time|localtime)$|^os\.(environ|getenv)\b"
    )
    found = []
    for path, tree in modules(*PURE):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and clock.match(ast.unparse(node)):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}")
    assert not found, found


def test_no_broken_thing_is_passed_over_in_silence():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in modules("")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
    ]
    assert not found, f"a bare or broad except that does nothing: {found}"


@pytest.mark.parametrize(
    ("what", "pattern"),
    [("a machine's own path", MACHINE), ("a registry's address", REGISTRY)],
    ids=["path", "address"],
)
def test_no_tracked_file_names(what: str, pattern: re.Pattern[str]):
    found = []
    for path in tracked():
        if path.suffix not in TEXT:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found, f"{what} stands in {found[:20]}"


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="no git here to ask")
def test_nothing_that_can_be_made_again_is_tracked():
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    made = re.compile(r"\.(mo|pyc|sqlite3|whl)$|^(var|dist|\.venv|\.cache)/|/static/vendor/")
    assert not [name for name in names if made.search(name)]
