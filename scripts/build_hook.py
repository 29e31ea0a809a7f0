"""Put into a wheel what git does not keep: the pages' assets and the compiled translations."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

import assets
import messages


class BuildHook(BuildHookInterface[Any]):
    """Called by hatchling for every wheel."""

    def dependencies(self) -> list[str]:
        """Ask for Node from PyPI only where the pages' assets are missing and the machine has no npm."""
        if assets.complete(Path(self.root)) or assets.machine_npm():
            return []
        return [assets.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Complete the source tree; an editable install is completed by `make run` instead."""
        if version == "editable":
            return
        root = Path(self.root)
        if not assets.complete(root):
            assets.build(root, root / ".cache")
        messages.compile_all(root / "src")
        self._compress(root, build_data)

    def _compress(self, root: Path, build_data: dict[str, Any]) -> None:
        """Put compressed copies of our own texts into the wheel; beside their originals here they would go stale."""
        static, place = root / "src" / "qipan" / "web" / "static", root / ".cache" / "compressed"
        for folder in ("css", "js", "img"):
            for out in assets.compress(static / folder, place / folder):
                build_data["force_include"][str(out)] = f"qipan/web/static/{out.relative_to(place)}"
