"""The tests' own ground: Django only where it is needed, a fresh data folder, either database, a browser."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
# Rooms that stand without Django are tested without it: the layer is kept by being lived in.
WITHOUT_DJANGO = tuple(ROOT / "tests" / room for room in ("engine", "packs", "demo", "house"))
REAL_DATA = Path(os.environ.get("QIPAN_DATA", ROOT.parent / "shared" / "data"))

# Speed is measured in bench/, never in a test: a busy machine must not turn a property into a failure.
settings.register_profile("house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

pytest_plugins = ["installations", "pages"]


def _needs_django(config: pytest.Config) -> bool:
    named = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    return not all(any(path.is_relative_to(room) for room in WITHOUT_DJANGO) for path in named)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point everything at a data folder of this run before any setting is read."""
    home = tempfile.mkdtemp(prefix="qipan-test-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["QIPAN_HOME"] = home
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".cache" / "hypothesis"))
    # The browser's driver keeps an event loop in this thread; Django would take our queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    if _needs_django(config):
        os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
        from django.conf import settings as configuration

        assert configuration.DATABASES
        # A process of this run that inherited the name would read its settings before it has a folder of its own.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a test that touches the database touch both of its files, and skip real data where it is absent."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        wants = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        if (marker or wants) and "databases" not in (marker.kwargs if marker else {}):
            kwargs = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**kwargs, databases="__all__"), append=False)
        if item.get_closest_marker("realdata") and not REAL_DATA.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"no public data at {REAL_DATA} (QIPAN_DATA)"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Keep SQLite's test databases in files: threads, processes and write-ahead logging as in an installation."""
    from django.conf import settings as configuration

    for alias, database in configuration.DATABASES.items():
        if database["ENGINE"].endswith("sqlite3"):
            database["TEST"]["NAME"] = str(Path(os.environ["QIPAN_HOME"]) / f"test_{alias}.sqlite3")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of public data."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no public data at {REAL_DATA} (QIPAN_DATA)")
    return REAL_DATA
