"""Loading: the real ledger of one city, 1.5 million firms checked and committed, and two peers over the same rows.

Figures are of whole processes: Python's start, reading, checking, matching, preview, commit and search index. The bare
`executemany` reads the same file too. Options: `--json`; words after it choose parts (`jining stress peer`).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import polars as pl
from installation import fresh, real_data, tell
from processes import Run, load, run

HERE = Path(__file__).resolve().parent
SAMPLE = 20_000
ROUNDS = 3  # of a commit beside the bare insert
GIB = 4.0


def homes(folder: Path) -> Path:
    """Return an installation with its tables and definitions in place, to be copied."""
    ready = fresh(folder / "ready")
    from django.db import connections

    connections.close_all()
    return ready


def into(ready: Path, path: Path, *options: str) -> Run:
    """Load `path` into a copy of the installation `ready`, which goes away again."""
    home = ready.parent / "home"
    shutil.copytree(ready, home)
    try:
        return load(home, path, "--json", *options)
    finally:
        shutil.rmtree(home)


def bare(folder: Path, path: Path) -> Run:
    """Put the columns of `path` into one table by a bare `executemany`."""
    target = folder / "bare.sqlite3"
    try:
        return run([sys.executable, str(HERE / "bare_insert.py"), str(path), str(target)])
    finally:
        target.unlink(missing_ok=True)


def jining(ready: Path) -> None:
    """Tell how long the real ledger of one city takes."""
    runs = [into(ready, real_data() / "registry" / "jining.csv", "--yes") for _ in range(3)]
    answer = runs[0].answer
    codes = sum(found["count"] for code, found in answer["problems"].items() if code.startswith("codes."))
    note = f"{answer['read']:,} rows read, {answer['new']:,} firms new, {codes:,} codes reported; {runs[0].cost}"
    tell("`qipan load jining.csv`, whole process", "5 s", median(one.seconds for one in runs), "s", note=note)


def stress(ready: Path, folder: Path) -> None:
    """Tell what 1.5 million firms cost, from Parquet and from CSV."""
    parquet = real_data() / "registry" / "enterprises.parquet"
    csv = folder / "enterprises.csv"
    pl.scan_parquet(parquet).sink_csv(csv)
    for path, kind in ((parquet, "Parquet"), (csv, "CSV")):
        checked = into(ready, path, "--dry-run")
        note = f"{checked.answer['read']:,} rows; {checked.cost}"
        tell(f"1.5 M firms from {kind}: check and preview", "40 s", checked.seconds, "s", note=note)
        tell("the same, memory at its peak", f"{GIB:.0f} GiB", checked.memory, "GiB")
        beside_bare(ready, folder, path, kind)
    csv.unlink()


def beside_bare(ready: Path, folder: Path, path: Path, kind: str) -> None:
    """Tell what committing and indexing all of `path` costs beside a bare insert: the median of paired rounds."""
    pairs = [(into(ready, path, "--yes"), bare(folder, path)) for _ in range(ROUNDS)]
    committed = [ours for ours, _ in pairs]
    seconds = median(ours.seconds for ours in committed)
    note = f"{committed[0].answer['new']:,} new; {committed[0].cost}; median of {ROUNDS}"
    tell(f"1.5 M firms from {kind}: checked, committed and indexed", "120 s", seconds, "s", note=note)
    tell("the same, memory at its peak", f"{GIB:.0f} GiB", max(ours.memory for ours in committed), "GiB")
    processor = median(ours.processor / theirs.processor for ours, theirs in pairs)
    ratio = median(ours.seconds / theirs.seconds for ours, theirs in pairs)
    note = f"both read the file; by processor time {processor:.1f} ×"
    theirs = median(theirs.seconds for _, theirs in pairs)
    tell(
        "the same beside a bare insert",
        "8 ×",
        ratio,
        "×",
        peer="bare executemany, seconds",
        peer_value=theirs,
        note=note,
    )


def peer(folder: Path) -> None:
    """Tell how many rows a second go in, beside django-import-export on the same rows.

    Both preview before they commit, in processes that have started; ours also indexes for search.
    """
    rows = pl.scan_parquet(real_data() / "registry" / "enterprises.parquet").filter("uscc_ok")
    path = folder / "sample.csv"
    rows.unique("uscc", keep="first", maintain_order=True).head(SAMPLE).collect().write_csv(path)
    runs = [run([sys.executable, str(HERE / "load_rows.py"), str(path), str(folder / f"rows{at}")]) for at in range(3)]
    ours = median(one.answer["seconds"] for one in runs)
    for mode, asked in (("plain", "20 ×"), ("bulk", "")):
        database = folder / f"{mode}.sqlite3"
        ended = run([sys.executable, str(HERE / "import_export_peer.py"), str(path), str(database), mode])
        theirs, kept = ended.answer["seconds"], ended.answer["kept"]
        note = (
            f"{SAMPLE / ours:,.0f} against {SAMPLE / theirs:,.0f} rows/s; both check, preview, commit; it kept {kept:,}"
        )
        name = "rows per second beside django-import-export" + (" in its bulk mode" if mode == "bulk" else "")
        tell(name, asked, theirs / ours, "×", peer="its seconds for 20,000 rows", peer_value=theirs, note=note)


def main() -> int:
    """Measure the parts named, or all."""
    if not (real_data() / "registry" / "enterprises.parquet").exists():
        tell("loading real ledgers", "", None, "", note=f"skipped: no data in {real_data()} (set QIPAN_DATA)")
        return 0
    parts = [word for word in sys.argv[1:] if not word.startswith("-")] or ["jining", "stress", "peer"]
    with tempfile.TemporaryDirectory(prefix="qipan-bench-") as name:
        folder = Path(name)
        ready = homes(folder)
        if "jining" in parts:
            jining(ready)
        if "peer" in parts:
            peer(folder)
        if "stress" in parts:
            stress(ready, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
