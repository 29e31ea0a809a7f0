"""Debian packages a test or a first start needs: installed where we may, else reported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

_updated = False


def may_install() -> bool:
    """Tell whether this is a Debian on which we are root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str, because: str) -> bool:
    """Leave `packages` installed and return true; false where we may not or where it failed, said aloud."""
    global _updated  # noqa: PLW0603 (one look at the package lists serves a whole run)
    if not may_install():
        return False
    print(f"{because}: installing {' '.join(packages)} with apt-get", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    commands = [["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages]]
    if not _updated:
        commands.insert(0, ["apt-get", "-qq", "update"])
    for command in commands:
        ended = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
        if ended.returncode != 0:
            print(ended.stdout[-2000:], ended.stderr[-2000:], sep="\n", file=sys.stderr)
            print(f"`{' '.join(command)}` failed", file=sys.stderr)
            return False
    _updated = True
    return True
