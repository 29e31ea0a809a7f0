"""The scalar cases of the public conformance kit, where it is present: literal expressions over scalar inputs."""

from __future__ import annotations

import datetime as dt
import re
import tarfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from qipan.engine.feel import Scope, evaluate, parse

TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
# What later parts of the language bring, by the words that show it.
LATER = re.compile(
    r"time|duration|function|[{]|instance of|for |some |every |\[[01a-z]\]|@\"P|mode|range\(|\((?:<|>|=|!=)|sublist"
    r"|sort\(|item|\]\[|true\[|100\[|\"\[|\.y|\dT\d|@\"\d\d:|append|insert|remove|flatten|union|concat|reverse|index of"
)
CONTEXTS = ("0005-", "0008-", "0009-", "0034-", "0087-", "0092-")  # folders whose inputs are contexts or functions


def plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def read(element: ElementTree.Element) -> object:
    """The scalar an input or an expected result holds; a list of them as a list."""
    for child in element:
        if plain(child.tag) == "list":
            return [read(item) for item in child if plain(item.tag) == "item"]
        if plain(child.tag) == "value":
            kind, text = child.get(TYPE, "xsd:string").rpartition(":")[2], child.text
            if text is None:
                return "" if kind == "string" and TYPE in child.attrib else None
            if kind in ("decimal", "double", "integer", "int", "float"):
                return Decimal(text)
            return (
                {"boolean": text == "true", "date": text}.get(kind, text)
                if kind == "boolean"
                else (dt.date.fromisoformat(text) if kind == "date" else text)
            )
    return None


def models(root: Path) -> Iterator[tuple[str, ElementTree.Element, list[ElementTree.Element]]]:
    with tarfile.open(root / "dmn" / "tck_dev.tar.xz") as kit:
        files = {member.name: kit.extractfile(member).read() for member in kit if member.isfile()}  # type: ignore[union-attr]
    for name in sorted(files):
        if name.endswith(".dmn"):
            folder = name.rpartition("/")[0]
            cases = [files[other] for other in files if other.startswith(folder + "/") and other.endswith(".xml")]
            yield (
                folder.rpartition("/")[2],
                ElementTree.fromstring(files[name]),
                [ElementTree.fromstring(c) for c in cases],
            )


def expressions(model: ElementTree.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for decision in model:
        for part in decision:
            if plain(part.tag) == "literalExpression":
                found[decision.get("name", "")] = "".join(t.text or "" for t in part if plain(t.tag) == "text")
    return found


def cases(root: Path) -> Iterator[tuple[str, str, dict[str, object], object]]:
    for folder, model, files in models(root):
        texts = expressions(model)
        if folder.startswith(CONTEXTS):
            continue
        for file in files:
            for case in file:
                inputs = {part.get("name", ""): read(part) for part in case if plain(part.tag) == "inputNode"}
                for part in case:
                    text = texts.get(part.get("name", ""), "") if plain(part.tag) == "resultNode" else ""
                    expected = next((child for child in part if plain(child.tag) == "expected"), None)
                    if text and expected is not None and not LATER.search(" ".join((text, *map(str, inputs.values())))):
                        yield f"{folder} {text}", text, inputs, read(expected)


def agrees(found: object, expected: object) -> bool:
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= Decimal("1e-8") * max(1, abs(expected))
    if isinstance(found, tuple) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(agrees, found, expected))
    return found == expected and type(found) is type(expected)


@pytest.mark.realdata
def test_the_scalar_cases_of_the_conformance_kit_hold(real_data: Path):
    if not (real_data / "dmn" / "tck_dev.tar.xz").is_file():
        pytest.skip("no conformance kit in the public data")
    count, failed = 0, []
    for title, text, inputs, expected in cases(real_data):
        if any(isinstance(value, list) for value in inputs.values()):
            continue
        names = list(inputs) or None
        parsed = parse(text, names if names and all(names) else None)
        if parsed.expression is None and any(
            p.code in ("feel.unknown-name", "feel.unknown-name-near") for p in parsed.problems
        ):
            continue  # reads another decision: a requirement graph's matter
        count += 1
        value = (
            evaluate(parsed.expression, Scope.of(inputs, today=dt.date(2026, 11, 20))).value
            if parsed.expression
            else None
        )
        if not agrees(value, expected):
            failed.append(f"{title} with {inputs}: expected {expected!r}, got {value!r}")
    assert not failed, "\n".join(failed)
    assert count >= 350
