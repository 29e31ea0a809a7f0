"""The OpenAPI document of declared nouns: schemas and addresses made from their screens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qipan.platform.screens import Column, Kind, Screen, columns_of, screens
from qipan.platform.screens.changing import Verbs, verbs_of
from qipan.platform.screens.wanted import OPS, Op
from qipan.platform.term import Term
from qipan.web.api.words import NUMBER, both

MOST = 1_000  # records of one page
BULK = 200
ENUMERATED = 40  # more codes than this are not listed in the document
BASE = "/api/v1/records"

_TYPES: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("string", ""), Kind.LONG: ("string", ""), Kind.CODE: ("string", ""), Kind.CHOICE: ("string", ""),
    Kind.INTEGER: ("integer", ""), Kind.NUMBER: ("number", ""), Kind.MONEY: ("number", ""),
    Kind.DATE: ("string", "date"), Kind.MOMENT: ("string", "date-time"), Kind.BOOLEAN: ("boolean", ""),
    Kind.UNIT: ("integer", ""), Kind.RECORD: ("integer", ""),
}  # fmt: skip
_OPS: Mapping[Op, Term] = {
    Op.IS: Term("等于其中之一", "is one of"),
    Op.CONTAINS: Term("包含", "contains"),
    Op.BEGINS: Term("开头是", "begins with"),
    Op.FROM: Term("不小于", "from"),
    Op.TO: Term("不大于", "up to"),
    Op.EMPTY: Term("为空", "is empty"),
    Op.FILLED: Term("不为空", "is not empty"),
}


def _term(one: Term) -> str:
    return both(one.zh, one.en)


def about(column: Column) -> str:
    """Return what a column is, in both languages, with its unit and what it points at."""
    unit = f" ({column.unit})" if column.unit else ""
    to = f" → {column.to}" if column.to else ""
    masked = (f"；无 {column.secret} 权限时为掩码", f"; masked without {column.secret}") if column.secret else ("", "")
    note = (f"。{column.note.zh}", f". {column.note.en}") if column.note else ("", "")
    zh, en = (f"{text}{unit}{to}{hidden}{more}" for text, hidden, more in zip(
        (column.names.zh, column.names.en), masked, note, strict=True
    ))  # fmt: skip
    return both(zh, en)


def given(column: Column) -> dict[str, Any]:
    """Return the schema of a column as it is read; nothing is null, a masked value is a text."""
    kind, form = _TYPES[column.kind]
    kinds = [kind]
    if column.kind is Kind.CHOICE or column.value is not None or column.values is not None:
        kinds = ["string", "number", "boolean"]  # a code may be a number; what is worked out may be anything plain
    if column.through is not None:
        return {"type": ["array", "null"], "items": {"type": "string"}, "description": about(column)}
    if column.secret and "string" not in kinds:
        kinds.append("string")
    found: dict[str, Any] = {"type": [*kinds, "null"], "description": about(column)}
    if form and not column.secret:
        found["format"] = form
    return found


def taken(column: Column) -> dict[str, Any]:
    """Return the schema of a column as it is written; null empties it."""
    kind, form = _TYPES[column.kind]
    found: dict[str, Any] = {"type": kind if column.required else [kind, "null"], "description": about(column)}
    if form:
        found["format"] = form
    if column.kind in {Kind.UNIT, Kind.RECORD}:
        found |= NUMBER
        found["type"] = ["integer"] if column.required else ["integer", "null"]
    if column.kind is Kind.CHOICE and column.choices is not None:
        codes = [str(code) for code, _word in column.choices()]
        if 0 < len(codes) <= ENUMERATED:
            found["enum"] = codes if column.required else [*codes, None]
    return found


def _record(screen: Screen) -> dict[str, Any]:
    columns = {column.code: given(column) for column in columns_of(screen)}
    own = {
        "id": {**NUMBER, "description": both("编号", "number")},
        "version": {"type": ["integer", "null"], "description": both("第几次修改", "counts its changes")},
        "title": {"type": "string", "description": both("名称", "what it is called")},
    }
    values = {"type": "object", "required": [*columns], "properties": columns}
    return {
        "type": "object",
        "title": screen.one.en,
        "description": _term(screen.one),
        "required": [*own, "values"],
        "properties": {**own, "values": values},
    }


def _values(screen: Screen, *, fresh: bool) -> dict[str, Any]:
    edited = [column for column in columns_of(screen) if column.edit]
    found: dict[str, Any] = {
        "type": "object",
        "properties": {column.code: taken(column) for column in edited},
        "additionalProperties": False,
    }
    needed = [column.code for column in edited if column.required]
    if fresh and needed:
        found["required"] = needed
    return found


REASON = {"type": "string", "maxLength": 500, "description": both("理由，记入留痕", "why; kept in the trail")}
VERSION = {
    "type": "integer",
    "minimum": 0,
    "maximum": 2**31 - 1,
    "description": both("读取时的版本", "the version that was read"),
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _object(required: list[str], **members: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": members, "additionalProperties": False}


def _answer(name: str, zh: str, en: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": both(zh, en), "content": {"application/json": {"schema": schema}}}


def _asked(name: str, schema: dict[str, Any], text: str, place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema, "description": text}


def _filters(screen: Screen) -> Iterable[dict[str, Any]]:
    """Yield the parameters by which a list is filtered: a column's own way to compare by its name, others behind it."""
    for column in columns_of(screen):
        if not column.filtered:
            continue
        for number, op in enumerate(OPS[column.kind]):
            item = {"type": "string", "maxLength": 200}
            if column.kind in {Kind.INTEGER, Kind.UNIT, Kind.RECORD}:
                item = {"type": "integer", "minimum": -(10**15) + 1, "maximum": 10**15 - 1}
            elif column.kind in {Kind.DATE, Kind.MOMENT}:
                item = {"type": "string", "format": "date"}
            elif column.kind is Kind.BOOLEAN:
                item = {"type": "string", "enum": ["yes", "no"]}
            elif column.kind in {Kind.NUMBER, Kind.MONEY}:
                item = {"type": "string", "pattern": "^-?[0-9]{1,12}(\\.[0-9]{1,6})?$"}
            if op in {Op.EMPTY, Op.FILLED}:
                item = {"type": "string", "enum": ["1"]}
            words, name = _OPS[op], column.code if number == 0 else f"{column.code}.{op}"
            text = both(f"{column.names.zh}{words.zh}", f"{column.names.en} {words.en}")
            yield _asked(name, {"type": "array", "items": item, "maxItems": 20}, text)


def _listing(screen: Screen) -> list[dict[str, Any]]:
    orders = [column.code for column in columns_of(screen) if column.sorted]
    found = [
        _asked("q", {"type": "string", "maxLength": 200}, both("查找", "what is searched for")),
        _asked("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 100}, both("条数", "how many")),
        _asked("at", {"type": "string"}, both("next 或 previous 中的位置", "the place in `next` or `previous`")),
    ]
    if orders:
        found.append(_asked("sort", {"type": "string", "enum": orders}, both("排序", "sorted by")))
        found.append(_asked("falling", {"type": "string", "enum": ["1"]}, both("倒序", "falling")))
    return [*found, *_filters(screen)]


@dataclass(frozen=True, slots=True)
class _Told:
    """A screen whose addresses are being told, and what can be done there."""

    screen: Screen
    verbs: Verbs

    def operation(self, verb: str, zh: str, en: str, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Return one operation of the document."""
        screen = self.screen
        called = screen.names if verb in {"list", "bulk"} else screen.one
        return {
            "operationId": f"{screen.code}_{verb}",
            "summary": both(f"{zh}{called.zh}", f"{en} {called.en[:1].lower()}{called.en[1:]}"),
            "tags": [_term(screen.names)],
            "security": [{"Bearer": []}, {"LoggedIn": []}] if verb in {"list", "get", "history"} else [{"Bearer": []}],
            "responses": answers,
            **more,
        }

    def collection(self) -> dict[str, Any]:
        """Return what the address of all records takes."""
        code = self.screen.code
        page = {"200": _answer(f"{code}_page", "一页", "A page")}
        found = {"get": self.operation("list", "列出", "List", page, parameters=_listing(self.screen))}
        if self.verbs.create is not None:
            body = _body(_object(["values"], values=_values(self.screen, fresh=True), reason=REASON))
            made = {"201": _answer(code, "已新建", "Made")}
            found["post"] = self.operation("create", "新建", "Add a", made, requestBody=body)
        return found

    def single(self) -> dict[str, Any]:
        """Return what the address of one record takes."""
        code = self.screen.code
        key = _asked("key", NUMBER, both("编号", "number"), "path")
        match = _asked("If-Match", {"type": "string"}, both("读取时的 ETag", "the ETag that was read"), "header")
        found = {
            "get": self.operation(
                "get", "读取", "Read a", {"200": _answer(code, "记录", "The record")}, parameters=[key]
            )
        }
        if self.verbs.change is not None:
            members = {"values": _values(self.screen, fresh=False), "version": VERSION, "reason": REASON}
            body = _body(_object(["values"], **members))
            done = {"200": _answer(code, "已修改", "Changed")}
            found["patch"] = self.operation(
                "change", "修改", "Change a", done, parameters=[key, match], requestBody=body
            )
        if self.verbs.remove is not None:
            gone = {"204": {"description": both("已删除", "Removed")}}
            reason = _asked("reason", {"type": "string", "maxLength": 500}, str(REASON["description"]))
            found["delete"] = self.operation("remove", "删除", "Remove a", gone, parameters=[key, match, reason])
        return found

    def bulk(self) -> dict[str, Any]:
        """Return what the address of many records takes."""
        ids = {"type": "array", "items": NUMBER, "minItems": 1, "maxItems": BULK, "uniqueItems": True}
        body = _body(_object(["ids", "values"], ids=ids, values=_values(self.screen, fresh=False), reason=REASON))
        done = {"200": _answer("bulk_done", "逐条结果", "What became of each")}
        return {"post": self.operation("bulk", "批量修改", "Change many", done, requestBody=body)}

    def history(self) -> dict[str, Any]:
        """Return what the address of a record's history takes."""
        asked = [
            _asked("key", NUMBER, both("编号", "number"), "path"),
            _asked("before", {"type": "string", "format": "date-time"}, both("此刻之前", "before this moment")),
        ]
        told = {"200": _answer("history", "经过", "What happened")}
        return {"get": self.operation("history", "留痕：", "History of a", told, parameters=asked)}


def _pages(screen: Screen) -> dict[str, Any]:
    link = {"type": ["string", "null"]}
    return {
        "type": "object",
        "required": ["records", "count", "more", "next", "previous"],
        "properties": {
            "records": {"type": "array", "items": {"$ref": f"#/components/schemas/{screen.code}"}},
            "count": {
                "type": "integer",
                "description": both("条数，数到上限为止", "how many were counted"),
            },
            "more": {"type": "boolean", "description": both("实际更多", "there are more than were counted")},
            "next": link,
            "previous": link,
        },
    }


def shared() -> dict[str, Any]:
    """Return the schemas that all nouns share."""
    text, optional = {"type": "string"}, {"type": ["string", "null"]}
    number = {"type": ["integer", "null"]}
    change = {
        "type": "object",
        "required": ["field", "before", "after"],
        "properties": {"field": text, "before": {}, "after": {}},
    }
    event = {
        "type": "object",
        "required": ["at", "action", "name", "who", "acting_for", "reason", "batch", "event", "changes"],
        "properties": {
            "at": {"type": "string", "format": "date-time"}, "action": text, "name": {"type": "object"}, "who": text,
            "acting_for": {**optional, "description": both("代谁办理", "for whom, where a deputy acted")},
            "reason": text, "batch": number, "event": number, "changes": {"type": "array", "items": change},
        },
    }  # fmt: skip
    refused = {
        "type": "object",
        "required": ["id", "problems"],
        "properties": {"id": NUMBER, "problems": {"type": "array"}},
    }
    return {
        "history": {
            "type": "object",
            "required": ["events", "next"],
            "properties": {"events": {"type": "array", "items": event}, "next": optional},
        },
        "bulk_done": {
            "type": "object",
            "required": ["done", "refused"],
            "properties": {"done": {"type": "integer"}, "refused": {"type": "array", "items": refused}},
        },
    }


def described(shown: Callable[[Screen], bool]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the addresses and the schemas of all nouns that are `shown`."""
    paths: dict[str, Any] = {}
    schemas = shared()
    for screen in screens():
        if not shown(screen):
            continue
        told, place = _Told(screen, verbs_of(screen)), f"{BASE}/{screen.code}"
        schemas[screen.code], schemas[f"{screen.code}_page"] = _record(screen), _pages(screen)
        paths[place] = told.collection()
        if told.verbs.change is not None:
            paths[f"{place}/bulk"] = told.bulk()
        paths[f"{place}/{{key}}"] = told.single()
        paths[f"{place}/{{key}}/history"] = told.history()
    return paths, schemas
