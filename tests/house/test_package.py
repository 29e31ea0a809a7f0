"""What is shipped: a wheel that carries all it needs, a command that starts at once, migrations that are complete."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel built from what git keeps and what the first start fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return archive.namelist()


def test_a_wheel_carries_the_pages_assets_with_their_licences(wheel: list[str]):
    vendor = {name.removeprefix("qipan/web/static/vendor/") for name in wheel if "/static/vendor/" in name}
    assert {"echarts.min.js", "htmx.min.js", "licences/echarts-LICENSE.txt", "licences/htmx-LICENSE.txt"} <= vendor


def test_a_wheel_carries_everything_that_stands_beside_the_code(wheel: list[str]):
    beside = {".csv", ".html", ".css", ".js", ".yaml", ".po", ".svg", ".png", ".txt"}
    wanted = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src").rglob("*") if path.suffix in beside}
    assert wanted <= set(wheel)


def test_a_wheel_carries_every_script_and_style_compressed_as_well(wheel: list[str]):
    texts = {name for name in wheel if "/web/static/" in name and name.endswith((".js", ".css", ".svg"))}
    assert len(texts) > 10
    assert {f"{name}.gz" for name in texts} <= set(wheel)


def test_a_wheel_carries_the_packs_and_the_compiled_english(wheel: list[str]):
    packs = {name.split("/")[2] for name in wheel if name.startswith("qipan/_packs/")}
    assert packs >= {"cn-base", "cn-hitech", "demo"}
    texts = {name.removesuffix(".po") for name in wheel if name.endswith(".po")}
    assert texts == {name.removesuffix(".mo") for name in wheel if name.endswith(".mo")}


def test_a_wheel_carries_the_licence_and_no_tests(wheel: list[str]):
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
    assert not [name for name in wheel if name.startswith(("tests/", "scripts/", "bench/"))]


def test_asking_the_command_for_help_loads_neither_django_nor_polars():
    program = (
        "import sys, qipan.cli; "
        "heavy = {'django', 'polars', 'pyarrow', 'numpy', 'tantivy'} & set(sys.modules); "
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_no_migration_is_missing(tmp_path: Path):
    environment = {
        **os.environ,
        "QIPAN_HOME": str(tmp_path),
        "QIPAN_DATABASE": "",
        "DJANGO_SETTINGS_MODULE": "qipan.platform.settings",
    }
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--skip-checks"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_second_preparation_finds_nothing_to_do():
    if not (ROOT / ".venv" / "stamps").exists():
        pytest.skip("this environment was not made by `make`")
    system = shutil.which("python3", path=os.defpath) or sys.executable
    command = [system, "scripts/prepare.py", "run"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")
