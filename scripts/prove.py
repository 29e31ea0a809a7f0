"""Run every proof, one leg after another, and close with a line that counts the tests.

`make test LEGS="lint unit"` runs only those legs. A leg that this machine cannot run is said aloud and counted as one
skipped test; a check that is no test (lint, types, layers) counts as one test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import debian
import postgres
import typecheck

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".cache" / "test-results"
TOOLS = Path(sys.executable).parent
WITH_DATABASE = ("platform", "registry", "domains", "web", "commands", "cli")
NO_TESTS = 5  # pytest's exit code
LONGEST = 40 * 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a leg came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""


def main() -> int:
    """Run the legs named on the command line, or all."""
    wanted = sys.argv[1:] or list(LEGS)
    unknown = [name for name in wanted if name not in LEGS]
    if unknown:
        print(f"unknown legs: {', '.join(unknown)}; valid are: {', '.join(LEGS)}", file=sys.stderr)
        return 2
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    done: dict[str, tuple[Outcome, float]] = {}
    for name in wanted:
        print(f"\n===== {name} =====", flush=True)
        began = time.monotonic()
        done[name] = (LEGS[name](), time.monotonic() - began)
    return _report(done)


def _report(done: dict[str, tuple[Outcome, float]]) -> int:
    print("\n===== summary =====")
    for name, (outcome, seconds) in done.items():
        counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
        print(f"{name:10} {seconds:6.0f} s  {counts}{'  ' + outcome.note if outcome.note else ''}")
    passed = sum(outcome.passed for outcome, _ in done.values())
    failed = sum(outcome.failed for outcome, _ in done.values())
    skipped = sum(outcome.skipped for outcome, _ in done.values())
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or not passed else 0


def _call(*command: str | Path, environment: dict[str, str] | None = None) -> int:
    surroundings = {**os.environ, **(environment or {})}
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=surroundings, stdin=subprocess.DEVNULL, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"stopped after {LONGEST / 60:.0f} minutes", flush=True)
        return 124
    return ended.returncode


def _checks(*commands: tuple[str | Path, ...]) -> Outcome:
    failures = [command for command in commands if _call(*command) != 0]
    return Outcome(passed=len(commands) - len(failures), failed=len(failures))


def _skipped(reason: str) -> Outcome:
    print(f"!!! SKIPPED: {reason}", flush=True)
    return Outcome(skipped=1, note=f"SKIPPED: {reason}")


def _tests(name: str, *words: str, environment: dict[str, str] | None = None) -> Outcome:
    report = RESULTS / f"{name}.xml"
    code = _call(TOOLS / "pytest", "-q", f"--junitxml={report}", *words, environment=environment)
    if code == NO_TESTS:
        return Outcome(note="no tests yet")
    if not report.exists():
        return Outcome(failed=1, note=f"pytest ended with {code} before it could report")
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in ET.parse(report).getroot().iter("testsuite"):
        for key in counts:
            counts[key] += int(suite.get(key, "0"))
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    if code != 0 and not failed:
        return Outcome(passed, 1, counts["skipped"], f"pytest ended with {code}")
    return Outcome(passed, failed, counts["skipped"])


def _spread() -> tuple[str, ...]:
    # One file stays in one process: its tests may share an installation that took long to fill.
    return ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile")


def lint() -> Outcome:
    """Style and form of every Python file."""
    return _checks((TOOLS / "ruff", "check", "."), (TOOLS / "ruff", "format", "--check", "."))


def types() -> Outcome:
    """Types: strict in engines and packs, standard elsewhere."""
    return _checks(typecheck.command())


def layers() -> Outcome:
    """Imports point down."""
    return _checks((TOOLS / "lint-imports", "--no-cache"))


def docs() -> Outcome:
    """The house itself: ceilings, words, catalogues, documents."""
    return _tests("docs", "tests/house")


def unit() -> Outcome:
    """Everything that needs no browser, on SQLite."""
    words = ("tests", "--ignore=tests/house", "-m", "not browser and not postgres")
    return _tests("unit", *words, *_spread(), environment={"QIPAN_DATABASE": ""})


def on_postgres() -> Outcome:
    """Whatever touches a database, again on PostgreSQL."""
    folders = [f"tests/{room}" for room in WITH_DATABASE if (ROOT / "tests" / room).is_dir()]
    if not folders:
        return Outcome(note="no tests yet")
    with postgres.server() as url:
        if url is None:
            return _skipped(f"no PostgreSQL here and none may be installed; {postgres.NAMED} names one")
        with postgres.throwaway_database(url) as database:
            place = {"QIPAN_DATABASE": database}
            return _tests("postgres", *folders, "-m", "not browser", *_spread(), environment=place)


def browser() -> Outcome:
    """Pages as a person meets them."""
    if not _chromium():
        debian.install("chromium", because="No Chromium on this machine")
    if not _chromium():
        return _skipped("no Chromium here and none may be installed; QIPAN_CHROMIUM names one")
    if not _driver():
        debian.install("libatomic1", because="The browser's driver lacks a library")
    if not _driver():
        return _skipped("the browser's driver does not start here; it needs libatomic1")
    if not _chinese_font():
        debian.install("fonts-noto-cjk", "fontconfig", because="No Chinese font on this machine")
    if not _chinese_font():
        print("!!! no Chinese font: pages are tested, but pictures of them show boxes", flush=True)
    return _tests("browser", "tests", "-m", "browser", environment={"QIPAN_DATABASE": ""})


def _chromium() -> bool:
    named = os.environ.get("QIPAN_CHROMIUM")
    return bool(named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"))


def _driver() -> bool:
    from playwright._impl._driver import compute_driver_executable

    node, _ = compute_driver_executable()
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


def _chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout.strip())


LEGS: dict[str, Callable[[], Outcome]] = {
    "lint": lint,
    "types": types,
    "layers": layers,
    "docs": docs,
    "unit": unit,
    "postgres": on_postgres,
    "browser": browser,
}

if __name__ == "__main__":
    sys.exit(main())
