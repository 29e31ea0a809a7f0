"""The fast loop: lint, layers, types of changed files, ceilings, and the tests of the rooms that changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import typecheck

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
NO_TESTS = 5  # pytest's exit code


def changed() -> list[Path]:
    """Return the files that differ from the last commit, or those of the last commit where none do."""
    asked = (["diff", "--name-only", "HEAD"], ["ls-files", "--others", "--exclude-standard"])
    names = {line for words in asked for line in _git(*words)}
    names = names or set(_git("diff", "--name-only", "HEAD~1", "HEAD"))
    return sorted(path for path in map(Path, names) if (ROOT / path).is_file())


def _git(*words: str) -> list[str]:
    if not shutil.which("git"):
        raise SystemExit("what changed is asked of git, which is not here; `make test` needs none")
    ended = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return ended.stdout.splitlines()


def tests_of(path: Path) -> Path | None:
    """Return the tests that mirror `path`: its room, else its layer; null where it has none."""
    if path.parts[0] == "tests":
        return path if path.name.startswith("test_") else None
    if path.parts[:2] != ("src", "qipan"):
        return None
    room = Path("tests", *path.parts[2:-1])
    for mirror in (room / f"test_{path.stem}.py", room, room.parent):
        if (ROOT / mirror).exists() and mirror not in (Path("tests"), Path(".")):
            return mirror
    return None


def main() -> int:
    """Run the loop and say how long it took."""
    began = time.monotonic()
    files = changed()
    python = [str(path) for path in files if path.suffix == ".py"]
    typed = [name for name in python if name.startswith("src/")]
    commands: list[tuple[str | Path, ...]] = [(TOOLS / "lint-imports",)]
    if python:
        commands = [(TOOLS / "ruff", "check", *python), (TOOLS / "ruff", "format", "--check", *python), *commands]
    if typed:
        commands.append(typecheck.command(*typed))
    mirrors = {mirror for mirror in map(tests_of, files) if mirror}
    roots = [mirror for mirror in mirrors if not any(other in mirror.parents for other in mirrors)]
    words = ("-q", "-x", "-m", "not slow and not browser and not postgres", "-n", "2", "--dist", "loadfile")
    commands.append((TOOLS / "pytest", "-q", "tests/house/test_ceilings.py"))
    if roots:
        commands.append((TOOLS / "pytest", *words, *sorted(map(str, roots))))
    ended = [(command, subprocess.run(command, cwd=ROOT, check=False).returncode) for command in commands]
    failed = [" ".join(map(str, command[:2])) for command, code in ended if code not in (0, NO_TESTS)]
    result = f"failed: {', '.join(failed)}" if failed else "good"
    print(f"{len(files)} changed files, {time.monotonic() - began:.0f} s: {result}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
