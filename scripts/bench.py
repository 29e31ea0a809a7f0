"""Run every script in bench/ and write its figures to docs/performance.md, with the day, the machine and the peer.

A bench script prints with `--json` one JSON object a line: figure, asked, value, unit, peer, peer_value, note. Given
names, only those scripts run and only their sections are rewritten. A script knows that option, or `tell` which does;
the other files in bench/ are shared by scripts and not run.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
LONGEST = 30 * 60.0
HEAD = """# Performance

Figures of this project beside what was asked and, where there is one, beside a peer that did the same work in the same
run on the same machine. Written by `make bench`; each section is one script in [bench](../bench) and can be run alone:
`make bench ONLY=name`.
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; null where it could not be measured, and the note says why."""

    figure: str
    asked: str
    value: float | None
    unit: str
    peer: str
    peer_value: float | None
    note: str

    @classmethod
    def read(cls, line: str) -> Figure:
        """Return the figure a bench script printed; raises KeyError and ValueError for any other line."""
        read = json.loads(line)
        value, peer_value = (None if read.get(key) is None else float(read[key]) for key in ("value", "peer_value"))
        words = {key: str(read.get(key) or "") for key in ("asked", "unit", "peer", "note")}
        return cls(str(read["figure"]), words["asked"], value, words["unit"], words["peer"], peer_value, words["note"])


def machine() -> str:
    """Return one line that says what ran this."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {memory:.0f} GiB, Linux {platform.machine()}, Python {platform.python_version()}"


def measure(script: Path) -> tuple[list[Figure], str | None]:
    """Run one script and return its figures, and what went wrong with it."""
    command = [sys.executable, str(script), "--json"]
    try:
        ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return [], f"stopped after {LONGEST / 60:.0f} minutes"
    figures = [Figure.read(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    if ended.returncode != 0:
        return figures, f"ended with {ended.returncode}"
    return figures, None if figures else "printed no figure"


def tells(script: Path) -> bool:
    """Tell whether a file of bench/ is a script with figures to print."""
    text = script.read_text(encoding="utf-8")
    told = "--json" in text or re.search(r"^from installation import .*\btell$", text, re.MULTILINE) is not None
    return told and "def tell(" not in text


def number(value: float | None, unit: str) -> str:
    """Return a figure as a reader wants it: three significant digits, thousands apart."""
    if value is None:
        return "—"
    shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{shown} {unit}".strip()


def section(name: str, figures: list[Figure], failure: str | None, seconds: float) -> str:
    """Return the section of one script."""
    lines = [f"## {name}", "", f"{date.today().isoformat()}, {machine()}; the script took {seconds:.0f} s.", ""]
    if failure:
        lines += [f"**This script failed: {failure}.**", ""]
    if figures:
        lines += ["| figure | asked | measured | peer | peer measured | note |", "|---|---|---:|---|---:|---|"]
    for each in figures:
        cells = (each.figure, each.asked, number(each.value, each.unit), each.peer, number(each.peer_value, each.unit))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in (*cells, each.note)) + " |")
    return "\n".join(lines).rstrip() + "\n"


def written_sections() -> dict[str, str]:
    """Return the sections that the page has now, by script."""
    if not PAGE.exists():
        return {}
    parts = re.split(r"^(?=## )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {part.split("\n")[0].removeprefix("## ").strip(): part.rstrip() + "\n" for part in parts}


def main() -> int:
    """Measure, rewrite the page, and fail where a script did."""
    written = {path.stem: path for path in sorted((ROOT / "bench").glob("*.py"))}
    scripts = {name: path for name, path in written.items() if tells(path)}
    wanted = sys.argv[1:] or list(scripts)
    unknown = [name for name in wanted if name not in scripts]
    if unknown:
        print(f"no such script: {', '.join(unknown)}; there are: {', '.join(scripts)}", file=sys.stderr)
        return 2
    sections = {name: text for name, text in written_sections().items() if name in scripts}
    failed: list[str] = []
    for name in wanted:
        print(f"{name} …", flush=True)
        began = time.monotonic()
        figures, failure = measure(scripts[name])
        sections[name] = section(name, figures, failure, time.monotonic() - began)
        print(sections[name], flush=True)
        failed += [name] if failure else []
        PAGE.write_text("\n".join([HEAD, *(sections[key] for key in sorted(sections))]), encoding="utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
