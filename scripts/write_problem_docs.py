"""Write docs/problems.md, the page that explains every problem code, from the catalogues beside the code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from qipan.engine.problem import Entry, Severity, catalogue

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "problems.md"
HEAD = """# Problems

Everything that can be wrong with a file, a definition or a request has a code, a sentence and an advice, in Chinese
and in English. The code is stable: it is what `--json` prints and what a machine may rely on. Names in braces are
filled in when the problem is told.

This page is written by `make docs` from the `problems.csv` files beside the code.

| severity | what it means |
|---|---|
| error | the row, file or request is refused |
| question | a person decides; nothing is guessed meanwhile |
| warning | taken as it is, but look at it |
| info | told, nothing to do |
"""


def render() -> str:
    """Return the page."""
    rooms: dict[str, list[Entry]] = {}
    for entry in catalogue().values():
        rooms.setdefault(entry.code.split(".")[0], []).append(entry)
    parts = [HEAD]
    for room in sorted(rooms):
        parts.append(f"\n## {room}\n")
        parts.extend(_section(entry) for entry in sorted(rooms[room], key=lambda entry: entry.code))
    return "".join(parts)


def _section(entry: Entry) -> str:
    lines = [f"\n### {entry.code}\n", f"*{Severity(entry.severity).value}*\n"]
    for language in ("zh", "en"):
        hint = _plain(entry.hint[language] or "")
        lines.append(f"- {_plain(entry.message[language])}" + (f" → {hint}" if hint else ""))
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    # A star or an angle bracket of a template must stay a character of the page.
    return re.sub(r"([*_<>|`\[\]])", r"\\\1", text.strip())


def main() -> int:
    """Write the page and say so."""
    PAGE.write_text(render(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(catalogue())} problems")
    return 0


if __name__ == "__main__":
    sys.exit(main())
