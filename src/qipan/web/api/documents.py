"""What every operation of the OpenAPI document shares: which problems it answers with, and how they look."""

from __future__ import annotations

from typing import Any

from qipan.web.api.answers import PROBLEM
from qipan.web.api.schemas import described as schemas_of_nouns
from qipan.web.api.words import BETWEEN, both

# Any address may answer so, before or instead of what it is for.
ALWAYS = ("400", "401", "403", "404", "406", "422", "429", "503")
SAYS = {
    "304": both("没有变化", "Nothing changed since the tag that was sent"),
    "400": both("请求无法识别", "The request cannot be read"),
    "401": both("没有有效的令牌", "No valid token"),
    "403": both("没有权限", "No right to this"),
    "404": both("没有找到，或不在权限范围内", "Nothing here, or nothing you may see"),
    "406": both("没有所要的格式", "No such format"),
    "409": both("与现状冲突", "In conflict with what stands there"),
    "412": both("记录已被他人修改", "The record was changed meanwhile"),
    "413": both("请求过大", "Too large"),
    "415": both("正文格式不受支持", "The body is of a kind that is not taken"),
    "422": both("内容不合要求", "The content does not do"),
    "428": both("须说明所见的版本", "Say which version you saw"),
    "429": both("请求过于频繁", "Too many requests"),
    "503": both("正在写入，稍候再试", "Something else is being written; try again"),
}
# What the framework says of these in English only.
PLAINLY = {"200": both("成功", "Done"), "202": both("已受理", "Accepted; it goes on as a job")}
WRITES = {"post": ("409", "413", "415"), "patch": ("409", "412", "413", "415", "428"), "delete": ("409", "412", "428")}
TEXT = {"type": "string"}
OPTIONAL = {"type": ["string", "null"]}
ONE = {
    "type": "object",
    "required": ["code", "severity", "message", "hint", "where", "field"],
    "properties": {
        "code": TEXT,
        "severity": {"type": "string", "enum": ["error", "question", "warning", "info"]},
        "message": TEXT,
        "hint": TEXT,
        "where": TEXT,
        "field": OPTIONAL,
    },
}
SHAPE = {
    "type": "object",
    "title": "Problem",
    "description": both("出错时的应答（RFC 9457）", "What is wrong (RFC 9457)"),
    "required": ["type", "title", "status", "detail", "code", "problems"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": TEXT,
        "problems": {"type": "array", "items": ONE},
    },
}


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document in which every operation says with which problems it answers, all in one shape."""
    paths, schemas = schemas_of_nouns(lambda _screen: True)
    document["paths"].update(paths)
    document["components"]["schemas"].update(schemas)
    document["components"]["schemas"]["Problem"] = SHAPE
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in document["paths"].values():
        for method, operation in path.items():
            answers = {str(status): said for status, said in operation["responses"].items()}
            if method == "get":
                answers["304"] = {"description": SAYS["304"]}
            for status, said in answers.items():
                if status in PLAINLY and BETWEEN not in said["description"]:
                    said["description"] = PLAINLY[status]
            for status in (*ALWAYS, *WRITES.get(method, ())):
                answers[status] = {"description": SAYS[status], "content": content}
            operation["responses"] = dict(sorted(answers.items()))
    return document
