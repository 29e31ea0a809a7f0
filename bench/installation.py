"""An installation of its own for a bench: a data folder that goes away again, tables made, definitions installed."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path


def fresh(home: Path | None = None) -> Path:
    """Leave Django set up on an empty data folder; returns the folder."""
    if home is None:
        home = Path(tempfile.mkdtemp(prefix="qipan-bench-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["QIPAN_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
    from qipan.commands.setting import ready

    ready()
    return home


def tell(
    figure: str,
    asked: str,
    value: float | None,
    unit: str,
    *,
    peer: str = "",
    peer_value: float | None = None,
    note: str = "",
) -> None:
    """Print one figure, as a line of JSON where the caller asked for it."""
    row: Mapping[str, object] = {
        "figure": figure, "asked": asked, "value": value, "unit": unit,
        "peer": peer, "peer_value": peer_value, "note": note,
    }  # fmt: skip
    if "--json" in sys.argv:
        print(json.dumps(row, ensure_ascii=False), flush=True)
    else:
        shown = "—" if value is None else f"{value:,.3f}"
        beside = f"  ({peer}: {peer_value:,.3f})" if peer_value is not None else ""
        print(f"{figure}: {shown} {unit}, asked {asked}{beside} {note}", flush=True)


def real_data() -> Path:
    """Return the folder of public data."""
    return Path(os.environ.get("QIPAN_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))
