"""Choose the versions of all libraries anew and write them, with their hashes, to requirements/*.lock."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / ".cache" / "lock"
# The widest first: the others are cut from it, so that one version of a library serves every profile.
PROFILES = {
    "bench": ["pyproject.toml", "--extra", "test", "--extra", "bench", "--group", "build"],
    "test": ["pyproject.toml", "--extra", "test", "--group", "build", "-c", "requirements/bench.lock"],
    "run": ["pyproject.toml", "--group", "build", "-c", "requirements/bench.lock"],
    "node": ["--group", "node"],
}
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]


def main() -> int:
    """Write the lock files; `--keep` only fits them to pyproject.toml and leaves versions as they are."""
    keep = "--keep" in sys.argv[1:]
    uv = TOOL / "bin" / "uv"
    if not uv.exists():
        venv.create(TOOL, with_pip=True)
        subprocess.run([TOOL / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "uv"], check=True)
    for profile, inputs in PROFILES.items():
        target = f"requirements/{profile}.lock"
        if not keep and profile == "bench":
            (ROOT / target).unlink(missing_ok=True)
        refresh = ["--upgrade"] if not keep and profile == "node" else []
        subprocess.run([uv, "pip", "compile", *inputs, *OPTIONS, *refresh, "-o", target], cwd=ROOT, check=True)
        print(f"{target} written")
    if not keep:
        subprocess.run(["npm", "install", "--package-lock-only"], cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
