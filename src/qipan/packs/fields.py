"""Fields of the zone's own (自定字段): what else it keeps of a noun that a screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from qipan.packs.model import Code, From, Names, Source, Strict, Text, Until


@dataclass(frozen=True, slots=True)
class Choice(Strict):
    """One of the values a field of the zone's own may have."""

    code: Code
    names: Names


@dataclass(frozen=True, slots=True)
class CustomField(Strict):
    """A field of the zone's own (自定字段): what else it keeps of a noun."""

    screen: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
    code: Code
    names: Names
    source: Source
    valid_from: From
    valid_until: Until = None
    type: Literal["text", "long", "integer", "number", "date", "boolean", "choice"] = "text"
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    required: bool = False
    secret: str = ""
    note: Names | None = None
    aliases: tuple[Text, ...] = ()
    formerly: tuple[Code, ...] = ()

    @property
    def key(self) -> str:
        """Return what identifies it: two nouns may each have a field of the same code."""
        return f"{self.screen}.{self.code}"
