"""How the API is described: in both languages, so that one document serves all who read it."""

from __future__ import annotations

from typing import Any

BETWEEN = " · "
LANGUAGES = ("zh", "en")


def both(zh: str, en: str) -> str:
    """Return a description in both languages."""
    return f"{zh}{BETWEEN}{en}"


def one_of(text: str, language: str) -> str:
    """Return the part of a description that is in `language`; the whole where it is not in two."""
    parts = text.split(BETWEEN)
    return parts[LANGUAGES.index(language)] if len(parts) == len(LANGUAGES) else text


def operation(zh: str, en: str, more_zh: str = "", more_en: str = "", **extra: Any) -> dict[str, Any]:
    """Return what a route is declared with: its summary, its description, and further parts of the document."""
    found: dict[str, Any] = {"summary": both(zh, en)}
    if more_zh:
        found["description"] = both(more_zh, more_en)
    if extra:
        found["openapi_extra"] = extra
    return found


NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
