"""What is installed is what was chosen: locked, hashed, in step with what the project says it needs."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def pins(profile: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{profile}.lock").read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def wanted() -> dict[str, list[str]]:
    run = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]
    extras = PROJECT["project"]["optional-dependencies"]
    test = run + extras["test"]
    return {"run": run, "test": test, "bench": test + extras["bench"], "node": PROJECT["dependency-groups"]["node"]}


@pytest.mark.parametrize("profile", ["run", "test", "bench", "node"])
def test_a_lock_file_is_in_step_with_what_the_project_needs(profile: str):
    locked = pins(profile)
    for line in wanted()[profile]:
        need = Requirement(line)
        version = locked.get(canonicalize_name(need.name))
        assert version, f"{need.name} is not in requirements/{profile}.lock; run: python3 scripts/lock.py --keep"
        assert need.specifier.contains(version, prereleases=True), f"{need.name} {version} is locked, {need} is asked"


def test_one_version_serves_every_profile():
    widest = pins("bench")
    for profile in ("run", "test"):
        assert pins(profile).items() <= widest.items()


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_library_carries_hashes(path: Path):
    entries = re.split(r"^(?=[\w.-]+==)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())


def test_what_the_pages_carry_is_locked_by_hash_and_by_no_address():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    needs = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    modules = {name.removeprefix("node_modules/"): module for name, module in lock["packages"].items() if name}
    assert all("resolved" not in module for module in modules.values())
    assert all(module["integrity"].startswith("sha512-") for module in modules.values())
    for name, version in {**needs["dependencies"], **needs["devDependencies"]}.items():
        assert modules[name]["version"] == version


def test_no_library_is_under_a_licence_that_would_bind_ours():
    from importlib.metadata import PackageNotFoundError, metadata

    bound = []
    for name in pins("run"):
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        words = " ".join([about.get("License-Expression") or "", *(about.get_all("Classifier") or [])])
        if (
            re.search(r"\bA?GPL(v|-|\b)|GNU (Affero )?General Public", words)
            and "LGPL" not in words
            and "Lesser" not in words
        ):
            bound.append(name)
    assert not bound, f"GPL or AGPL: {bound}"
