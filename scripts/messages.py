"""Texts for translation: `merge` collects them into the .po file and says what is missing, `compile` makes .mo files.

Texts in code and pages are Chinese; the .po file beside the pages holds the English. Needs no gettext programs.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TEXTS = Path("qipan") / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
HEADER = "# English texts of Qipan. Written by `make messages`; translations are kept."
FIELD = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)[^{}]*\}|%[sd]")


@dataclass(frozen=True, slots=True)
class Text:
    """One text a person sees: where it stands, its plural and its context where it has them."""

    place: str
    singular: str
    plural: str | None = None
    context: str | None = None


def collect(source: Path) -> list[Text]:
    """Return every translatable text of the Python files and templates below `source`, in a stable order."""
    found: list[Text] = []
    for path in sorted(source.rglob("*")):
        if "migrations" in path.parts or path.suffix not in {".py", ".html", ".txt"}:
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        found.extend(_texts(path, str(path.relative_to(source.parent))))
    return found


def _texts(path: Path, place: str) -> Iterator[Text]:
    written = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # What Django makes of a template is no Python until its lines start at the margin.
        written = "\n".join(line.lstrip() for line in templatize(written, origin=place).split("\n"))
    stream = io.BytesIO(written.encode())
    for _line, function, arguments, _comments in extract_python(stream, list(KEYWORDS), [], {"encoding": "utf-8"}):
        text = _text(place, str(function), arguments if isinstance(arguments, tuple) else (arguments,))
        if text:
            yield text


def _text(place: str, function: str, arguments: tuple[object, ...]) -> Text | None:
    numbers = KEYWORDS[function]
    context, words = None, []
    for number in numbers:
        position = number[0] if isinstance(number, tuple) else number
        word = arguments[position - 1] if len(arguments) >= position else None
        if not isinstance(word, str):
            return None
        if isinstance(number, tuple):
            context = word
        else:
            words.append(word)
    return Text(place, words[0], words[1] if len(words) > 1 else None, context)


def read(path: Path) -> Catalog:
    """Return the catalogue at `path`, empty where there is none."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as stream:
        return read_po(stream, locale="en")


def merged(old: Catalog, texts: list[Text]) -> Catalog:
    """Return a catalogue of exactly `texts`, with the translations `old` has for them."""
    new = Catalog(locale="en", header_comment=HEADER, fuzzy=False)
    for text in texts:
        key = (text.singular, text.plural) if text.plural else text.singular
        new.add(key, locations=[(text.place, None)], context=text.context)
    for message in new:
        before = old.get(message.id, message.context) if message.id else None
        if before is not None and type(before.id) is type(message.id):
            message.string = before.string
            message.user_comments = before.user_comments
    return new


def missing(catalogue: Catalog) -> list[str]:
    """Return what a reader of English would not get: untranslated, doubtful, or with other fields than the original."""
    found: list[str] = []
    for message in catalogue:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(strings):
            found.append(f"{originals[0]!r} has no English")
        elif message.fuzzy:
            found.append(f"{originals[0]!r} is marked fuzzy")
        elif not _same_fields(message, originals, strings):
            found.append(f"{originals[0]!r} has other fields in English")
    return found


def _same_fields(message: Message, originals: tuple[str, ...], strings: tuple[str, ...]) -> bool:
    allowed = {match.group() for text in originals for match in FIELD.finditer(text)}
    used = [{match.group() for match in FIELD.finditer(text)} for text in strings]
    # A plural may leave its number out ("one firm"); a single text must say everything the original says.
    return all(fields <= allowed for fields in used) and (bool(message.pluralizable) or used[0] == allowed)


def write(catalogue: Catalog, path: Path) -> None:
    """Write the catalogue in an order and a form that change only where a text changes."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
    empty = re.compile(r'"(POT-|PO-Rev|Generated|Last-|Project-Id|Report-|Language-Team)')
    kept = [line for line in stream.getvalue().decode().split("\n") if not empty.match(line)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(kept), encoding="utf-8")


def compile_all(source: Path) -> None:
    """Leave a .mo file beside every .po file below `source`."""
    for path in sorted(source.rglob("locale/*/LC_MESSAGES/*.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=path.parent.parent.name)
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


def main() -> int:
    """Merge or compile, as the command line says."""
    if sys.argv[1:] == ["compile"]:
        compile_all(ROOT / "src")
        return 0
    path = ROOT / "src" / TEXTS
    catalogue = merged(read(path), collect(ROOT / "src"))
    write(catalogue, path)
    wanting = missing(catalogue)
    print(*wanting, sep="\n")
    print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(wanting)} to do")
    return 1 if wanting else 0


if __name__ == "__main__":
    sys.exit(main())
