"""Files and functions stay small enough to be read at one sitting, and nothing is a grab-bag."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
GRAB_BAG = re.compile(r"(^|_)(util|utils|helper|helpers|manager|managers|base|common|misc|service|services)($|_)")
WRITTEN = (".py", ".js", ".html", ".css")


def written_files() -> list[Path]:
    found = [path for folder in ("src", "tests", "scripts", "bench") for path in (ROOT / folder).rglob("*")]
    left_out = {"migrations", "vendor", "__pycache__", "node_modules"}
    return sorted(path for path in found if path.suffix in WRITTEN and not left_out & set(path.parts))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", written_files(), ids=name_of)
def test_a_file_is_at_most_400_lines(path: Path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{name_of(path)} has {lines} lines"


def too_long(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                found.append(f"{name_of(path)}:{node.lineno} {node.name} has {lines} lines")
    return found


def test_a_function_is_at_most_50_lines():
    found = [line for path in written_files() if path.suffix == ".py" for line in too_long(path)]
    assert not found, "\n".join(found)


def test_no_module_is_a_grab_bag():
    found = [name_of(path) for path in written_files() if GRAB_BAG.search(path.stem) and path.suffix == ".py"]
    folders = {name_of(path.parent) for path in written_files() if GRAB_BAG.search(path.parent.name)}
    assert not [*found, *sorted(folders)], "name the noun or the verb instead"


def test_a_long_function_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    long = tmp_path / "long.py"
    long.write_text("def f():\n" + "    x = 1\n" * 50)
    assert too_long(long) == ["long.py:1 f has 51 lines"]
