"""Write docs/health.md, the page of data health, from the checks of the shipped packs."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from qipan.packs import HealthCheck, load_packs

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "health.md"
HEAD = """# Data health

数据体检, at `/health/`: what is wrong with records and figures, why it matters and what can be done right there. The
worker looks after every change, once the records have come to rest, and every night; a person looks with the button, or
with `qipan health`, which exits with 4 while an error is open.

- **A finding is one thing**: check × subject × measure × period. It closes by itself when the check no longer finds
  it, and opens again as the same finding.
- **Ignoring** takes a reason and a day, at most a year ahead; on that day the finding counts again. The trail says so.
- **Explaining** is for a rest (zone − Σ parks): 飞地, 总部, 未分园区. The explanation holds until the rest's share of
  the whole changes.
- **Assigning** asks a unit to mend it. The list filters by it.
- **All of them**, those that were mended among them, stand in a [list](lists.md) at `/records/findings/` with filters,
  views and exports, and for programs at `/api/v1/records/findings`. They are mended on this page and nowhere else.
- **Who sees what**: findings of the units where one holds `health.see`. What is found in single firms' survey figures
  (统计调查) is for statistics staff; so are its counts and its lines in the trail.
- **Nothing is missing before it is due**: publication day and lag of the measure, no January where it comes with
  February, none of a month that a series leaves out every year.
- A figure that a slip of the unit explains is not told again as an outlier. One check keeps at most 5,000 findings one
  by one; the rest is counted.

Thresholds are practice, in `packs/cn-hitech/health/`; a zone changes them, or adds its own checks, in its overlay pack
([packs.md](packs.md)). The list below is written by `make docs` from the packs.
"""
SEVERITIES = {"error": "Errors", "warning": "Warnings", "info": "Notes"}


def render() -> str:
    """Return the page."""
    resolved, _problems = load_packs()
    parts = [HEAD]
    for severity, heading in SEVERITIES.items():
        parts.append(f"\n## {heading}\n")
        parts += [_section(check) for check in resolved.health.values() if check.severity == severity]
    return "".join(parts)


def _section(check: HealthCheck) -> str:
    lines = [
        f"\n### {check.code}\n",
        f"**{check.names.zh}** · {check.names.en}",
        "",
        check.why.en,
        "",
        f"→ {check.do.en}",
    ]
    if check.expression:
        lines += ["", f"`{check.expression}`"]
    if check.rule:
        lines += ["", f"Rule `{check.rule}`."]
    if check.parameters:
        told = ", ".join(f"{name} {value}" for name, value in check.parameters.items())
        lines += ["", f"`{check.detector}`: {told}. {check.source.doc} ({check.source.status})."]
    else:
        lines += ["", f"`{check.detector}`. {check.source.doc} ({check.source.status})."]
    return re.sub(r"[ \t]+\n", "\n", "\n".join(lines)) + "\n"


def main() -> int:
    """Write the page and say so."""
    PAGE.write_text(render(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
