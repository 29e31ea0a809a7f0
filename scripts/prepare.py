"""Set up what a command needs, once: the virtual environment, the locked libraries, the page assets, the translations.

Runs on the machine's own Python with nothing installed. Each step leaves a stamp of what it was made from, so a second
start finds nothing to do.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import assets
import debian

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# What each command needs installed; a wider one serves the narrower.
PROFILES = {"run": ("run", "test", "bench"), "test": ("test", "bench"), "bench": ("bench",)}
OLDEST = (3, 11)


def main() -> int:
    """Prepare for the command named on the command line."""
    profile = sys.argv[1] if len(sys.argv) > 1 else "run"
    if profile not in PROFILES:
        return _stop(f"unknown profile {profile!r}; valid are: {', '.join(PROFILES)}")
    if sys.version_info < OLDEST:
        return _stop("Qipan needs Python 3.11 or newer; name one with: make PYTHON=python3.11 …")
    try:
        _environment()
        _libraries(profile)
        _package()
        _pages(with_development=profile != "run")
        _translations()
    except subprocess.CalledProcessError as failure:
        return _stop(f"this command failed: {' '.join(map(str, failure.cmd))}")
    except assets.Unavailable as failure:
        return _stop(str(failure))
    return 0


def _stop(message: str) -> int:
    print(f"qipan: {message}", file=sys.stderr)
    return 1


def digest(paths: Iterable[Path], *words: str) -> str:
    """Return one hash over the contents of `paths` and over `words`."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def once(stamp: Path, mark: str, work: Callable[[], None], say: str) -> None:
    """Do `work` unless `stamp` already carries `mark`; leave the stamp afterwards."""
    if stamp.exists() and stamp.read_text() == mark:
        return
    print(say, flush=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)


def _environment() -> None:
    if PYTHON.exists() and _answers(PYTHON, "-c", "import pip"):
        return
    print("Making the virtual environment .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if not _answers(sys.executable, "-c", "import ensurepip, venv"):
        # Debian splits these off; without them Python makes an environment that cannot install anything.
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not debian.install(version, because="Python's own module for virtual environments is missing"):
            raise assets.Unavailable(f"Python cannot make virtual environments; as root run: apt-get install {version}")
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def _answers(*command: str | Path) -> bool:
    # The stamp of a moved or half-made environment would lie; only asking it tells.
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        return False


def _pip(*words: str | Path) -> None:
    # Twice quiet: errors are shown, the machine's own warnings about its mirrors are not ours to repeat.
    subprocess.run([PYTHON, "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input", *words], check=True)


def _libraries(profile: str) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for wide in PROFILES[profile]:
        stamp = VENV / "stamps" / f"libraries-{wide}"
        lock = ROOT / "requirements" / f"{wide}.lock"
        if stamp.exists() and stamp.read_text() == digest([lock], version):
            return
    lock = ROOT / "requirements" / f"{profile}.lock"
    once(
        VENV / "stamps" / f"libraries-{profile}",
        digest([lock], version),
        lambda: _pip("install", "--require-hashes", "--only-binary", ":all:", "--requirement", lock),
        f"Installing the libraries of requirements/{profile}.lock (a minute or two)",
    )


def _package() -> None:
    mark = digest([ROOT / "pyproject.toml"], str(ROOT))
    install = ("install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    once(VENV / "stamps" / "package", mark, lambda: _pip(*install), "Installing Qipan itself")


def _pages(*, with_development: bool) -> None:
    mark = digest([ROOT / "package.json", ROOT / "package-lock.json", ROOT / "scripts" / "assets.py"])
    cache = ROOT / ".cache"
    if not assets.complete(ROOT):
        (cache / "stamps" / "pages").unlink(missing_ok=True)
    if with_development:
        work = lambda: assets.fetch(ROOT, cache, development=True)  # noqa: E731
        once(cache / "stamps" / "node-modules", mark, work, "Fetching what checks the pages and types")
    once(cache / "stamps" / "pages", mark, lambda: assets.build(ROOT, cache), "Fetching what the pages carry")


def _translations() -> None:
    texts = sorted((ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po"))
    if not all(path.with_suffix(".mo").exists() for path in texts):
        (ROOT / ".cache" / "stamps" / "translations").unlink(missing_ok=True)
    work = [PYTHON, ROOT / "scripts" / "messages.py", "compile"]
    say = "Compiling the translations"
    once(ROOT / ".cache" / "stamps" / "translations", digest(texts), lambda: _run(*work), say)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
