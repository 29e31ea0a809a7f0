"""Write docs/commands.md, the page of the `qipan` command, from the command itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer.main

from qipan.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "commands.md"
HEAD = """# Commands

`qipan` does from a terminal what the pages do in a browser, through the same actions, and leaves the same trail.
Whoever may read the data folder may use it. This page is written by `make docs` from the command itself.

For every command: `--data FOLDER` before the command's name chooses the data folder, `--language en` the language;
`--json` prints one object for a machine on standard output while progress and questions stay on standard error; `--yes`
answers every question with yes, and without a terminal nothing is assumed.

| exit code | meaning |
|---:|---|
| 0 | done |
| 1 | failed; the problems say why, and nothing was changed |
| 2 | the command line was not understood |
| 3 | stopped by a person's answer, or because nobody could answer |
| 4 | `load --dry-run` found errors: rows or figures that would be refused; `health` found errors that are open |
"""


def render() -> str:
    """Return the page."""
    group: Any = typer.main.get_command(app)
    return "".join([HEAD, *(_section(name, command) for name, command in group.commands.items())])


def _section(name: str, command: Any) -> str:
    words = [f"\n## qipan {name}\n\n{' '.join((command.help or '').split())}\n"]
    given = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and "--help" not in each.opts]
    line = " ".join(["qipan", name, *(_argument(each) for each in given), *(["[options]"] if options else [])])
    words.append(f"\n```sh\n{line}\n```\n")
    if given or options:
        words.append("\n| word | meaning |\n|---|---|\n")
        words += [f"| `{_argument(each)}` | {_meaning(each)} |\n" for each in given]
        words += [f"| `{_option(each)}` | {_meaning(each)} |\n" for each in options]
    return "".join(words)


def _argument(parameter: Any) -> str:
    name = parameter.name.upper() + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _option(parameter: Any) -> str:
    word = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return ", ".join(sorted(parameter.opts, key=len)) + word


def _meaning(parameter: Any) -> str:
    text = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
    default = parameter.default
    plain = isinstance(default, str | int) and not isinstance(default, bool) and default != ""
    return f"{text} (default {default})" if plain else text


def main() -> int:
    """Write the page and say so."""
    PAGE.write_text(render(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
