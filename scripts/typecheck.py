"""The type checker, locked in package-lock.json beside the pages' own assets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import assets

ROOT = Path(__file__).resolve().parent.parent


def command(*paths: str) -> tuple[str, ...]:
    """Return the command line that checks `paths`, or the whole of src."""
    cache = ROOT / ".cache"
    program = cache / "npm" / "node_modules" / "pyright" / "index.js"
    return (*assets.node(ROOT, cache), str(program), "--pythonpath", sys.executable, *paths)


if __name__ == "__main__":
    sys.exit(subprocess.run(command(*sys.argv[1:]), cwd=ROOT, check=False).returncode)
