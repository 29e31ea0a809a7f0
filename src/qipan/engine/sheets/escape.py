"""Text that a spreadsheet must not take for a formula."""

from __future__ import annotations

import re

import polars as pl

# Excel, WPS and LibreOffice start a formula at these; a tab or line end before them is skipped by some.
_DANGEROUS = r"^[\t\r\n ]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]"
# A signed number and a lone dash (the usual sign of "no value") are what they look like.
_HARMLESS = r"^[\t\r\n ]*(?:[+\-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:[eE][+\-]?\d{1,3})?%?|-{1,3})[ \r\n]*$"
_starts = re.compile(_DANGEROUS)
_harmless = re.compile(_HARMLESS, re.ASCII)


def escape_formula(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would compute it (公式注入)."""
    return f"'{text}" if _starts.match(text) and not _harmless.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text that `escape_formula` was given, so that an export can be loaded again and changes nothing."""
    return text[1:] if text[:1] == "'" and escape_formula(text[1:]) == text else text


def escaped_column(text: pl.Expr) -> pl.Expr:
    """Return a column of texts as `escape_formula` would write each of them."""
    dangerous = text.str.contains(_DANGEROUS) & ~text.str.contains(_HARMLESS.replace(r"\d", "[0-9]"))
    return pl.when(dangerous).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)
