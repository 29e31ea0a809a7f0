"""The shape of an index: names or sounds in pairs, the record's number and unit, its code."""

from __future__ import annotations

from functools import lru_cache

import tantivy


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    """Return the fields of an index."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("unit", indexed=True)
    builder.add_text_field("text", tokenizer_name="gram", index_option="freq")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic")
    return builder.build()


def with_grams(index: tantivy.Index) -> tantivy.Index:
    """Return the index knowing how texts are cut: into pairs of neighbouring characters, in small letters."""
    grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2, prefix_only=False))
    index.register_tokenizer("gram", grams.filter(tantivy.Filter.lowercase()).build())
    return index
