"""The reference of the API as a page: made from the same document as any client's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from qipan.web.api.root import document
from qipan.web.api.words import one_of
from qipan.web.language import short
from qipan.web.pages import Request, page


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter, or a member of a body."""

    name: str
    place: str
    kind: str
    about: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Route:
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[Entry, ...]
    members: tuple[Entry, ...]
    given: tuple[Entry, ...]  # members of its answer
    statuses: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Group:
    """The operations of one subject."""

    name: str
    code: str
    routes: list[Route] = field(default_factory=list)


def _kind(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    """Return what a value is, in words of the reader's language."""
    schema = _meant(schema, whole)
    words = {
        "string": _("文本"), "integer": _("整数"), "number": _("数"), "boolean": _("是否"), "object": _("对象"),
        "array": _("数组"), "null": _("空"),
    }  # fmt: skip
    if "anyOf" in schema:
        return " / ".join(_kind(one, whole) for one in schema["anyOf"])
    if "enum" in schema:
        return " / ".join(str(one) for one in schema["enum"] if one != "")
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("type", "")
    if isinstance(kind, list):
        return " / ".join(str(words.get(one, one)) for one in kind)
    if kind == "array":
        return (
            f"{words['array']}（{_kind(schema.get('items', {}), whole)}）"
            if short() == "zh"
            else (f"{words['array']} ({_kind(schema.get('items', {}), whole)})")
        )
    form = {"date": _("日期"), "date-time": _("时刻"), "binary": _("文件")}.get(str(schema.get("format", "")))
    return form or words.get(str(kind), "")


def _meant(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema itself where it only refers to one."""
    if "$ref" in schema:
        return whole["components"]["schemas"].get(str(schema["$ref"]).rpartition("/")[2], {})
    return schema


def _members(schema: Mapping[str, Any], whole: Mapping[str, Any], before: str = "", depth: int = 2) -> Iterator[Entry]:
    """Yield the members of an object, and of what stands in them: `records[].values.name`."""
    schema = _meant(schema, whole)
    needed = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        inner = _meant(one, whole)
        items = _meant(inner.get("items", {}), whole) if inner.get("type") == "array" else {}
        about = one_of(str(one.get("description", "")), short())
        yield Entry(f"{before}{name}", "", _kind(inner, whole), about, name in needed)
        below, mark = (items, "[].") if items.get("properties") else (inner, ".")
        if depth and below.get("properties"):
            yield from _members(below, whole, f"{before}{name}{mark}", depth - 1)


def _content(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(said.get("content", {}).values()), {}).get("schema", {})


def _route(method: str, path: str, said: Mapping[str, Any], whole: Mapping[str, Any]) -> Route:
    language = short()
    parameters = tuple(
        Entry(
            one["name"], one["in"], _kind(one["schema"], whole), one_of(str(one.get("description", "")), language),
            bool(one.get("required")),
        )
        for one in said.get("parameters", ())
    )  # fmt: skip
    good = next((one for status, one in said["responses"].items() if status.startswith("2")), {})
    return Route(
        said["operationId"],
        method.upper(),
        path,
        one_of(said.get("summary", ""), language),
        one_of(said.get("description", ""), language),
        parameters,
        tuple(_members(_content(said.get("requestBody", {})), whole)),
        tuple(_members(_content(good), whole)),
        tuple((status, one_of(str(one["description"]), language)) for status, one in said["responses"].items()),
    )


def groups() -> list[Group]:
    """Return all operations of the API, subject by subject, in the page's language."""
    whole = document()
    found: dict[str, Group] = {}
    for path, methods in whole["paths"].items():
        for method, said in methods.items():
            tag = next(iter(said.get("tags", ())), "")
            group = found.setdefault(tag, Group(one_of(tag, short()), f"group-{len(found)}"))
            group.routes.append(_route(method, path, said, whole))
    return list(found.values())


@page
def reference(request: Request) -> HttpResponseBase:
    """Everything a program may ask for, with its parameters and answers."""
    return render(request, "web/reference.html", {"groups": groups()})
