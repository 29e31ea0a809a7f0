"""What a person sees is written in Chinese and translated into English, all of it."""

import re
from pathlib import Path

import messages
import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A product's name, a unit or a sign is the same in every language.
SAME_EVERYWHERE = re.compile(r"^[\W\d]*$|^(English|Qipan|FEEL|Excel|CSV|JSON|PDF)$")


@pytest.fixture(scope="module")
def texts() -> list[messages.Text]:
    return messages.collect(ROOT / "src")


@pytest.fixture(scope="module")
def english() -> Catalog:
    return messages.read(ROOT / "src" / messages.TEXTS)


def test_every_text_has_its_english(texts: list[messages.Text], english: Catalog):
    assert not messages.missing(messages.merged(english, texts)), "run: make messages, then translate"


def test_every_text_is_written_in_chinese(texts: list[messages.Text]):
    bare = {text: messages.FIELD.sub("", text.singular) for text in texts}
    found = [text for text, words in bare.items() if not CHINESE.search(words) and not SAME_EVERYWHERE.match(words)]
    assert not found, "\n".join(f"{text.place}: {text.singular}" for text in found)


def test_no_translation_is_left_over(texts: list[messages.Text], english: Catalog):
    used = {text.singular for text in texts}
    left = [message.id for message in english if message.id and _first(message.id) not in used]
    assert not left, f"run: make messages; nothing says {left[:10]}"


def test_no_english_text_is_still_chinese(english: Catalog):
    found = [message.id for message in english if message.id and CHINESE.search(_bare(_first(message.string)))]
    assert not found, found[:10]


def test_a_text_on_a_page_without_translation_tags_is_found():
    assert untagged('<p>{% trans "好" %}<b title="提示">x</b>{# 注 #}</p>') == ["提示"]


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_a_page_says_nothing_untranslated(path: Path):
    assert not untagged(path.read_text(encoding="utf-8"))


def untagged(template: str) -> list[str]:
    """The Chinese of a template that stands outside of translation tags and comments."""
    blocks = r"\{% (blocktranslate|blocktrans)\b.*?\{% end\1 %\}|\{% comment\b.*?\{% endcomment %\}|<!--.*?-->"
    rest = re.sub(blocks, "", template, flags=re.DOTALL)
    rest = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", rest, flags=re.DOTALL)
    return re.findall(r"[\u4e00-\u9fff]+", rest.replace(">中文<", "><"))


def _first(text: str | tuple[str, ...]) -> str:
    return text[0] if isinstance(text, tuple) else text


def _bare(text: str) -> str:
    # A Chinese term may be quoted or bracketed in English, and the reader's own language is named in itself.
    return re.sub(r"“[^”]*”|\([^)]*\)|\"[^\"]*\"|中文", "", text)
