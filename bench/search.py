"""Search at 1.5 million firms, on SQLite and PostgreSQL: the page of results and the suggestions, by how one types.

Server time of the whole request through Django's handlers (session, rights, index, records, page), for a leader of the
whole zone. What is typed is made out of names by lot. On PostgreSQL it is a database of its own that goes away. A
database's name as a word: only there.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Mapping

from both_databases import on_both
from installation import fresh, tell
from lists import leader, milliseconds, p95

WORDS = 150  # of each kind
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def names(count: int) -> Iterator[str]:
    """Yield names of firms by lot."""
    from qipan.registry.models import Enterprise

    lot = random.Random(5)
    last = Enterprise.objects.order_by("-pk").values_list("pk", flat=True)[0]
    while count:
        name = Enterprise.objects.filter(pk=lot.randint(last - 1_000_000, last)).values_list("name", flat=True).first()
        if name and len(name) > 8 and all("\u4e00" <= one <= "\u9fff" for one in name[:8]):
            count -= 1
            yield name


def typed() -> Mapping[str, list[str]]:
    """Return what is typed: two characters, pinyin, initials, mixed, a wrong character, a slip of the fingers."""
    from qipan.platform.search.index import sounds

    lot = random.Random(7)
    found: dict[str, list[str]] = {}

    def note(kind: str, text: str) -> None:
        found.setdefault(kind, []).append(text)

    heard = sounds()
    for name in names(WORDS):
        at = lot.randint(0, 4)
        part = name[at : at + 4]
        syllables = heard.spelled(part).split()
        pinyin = "".join(syllables)
        note("two characters", part[:2])
        note("pinyin", pinyin if lot.random() < 0.5 else "".join(syllables[:2]))
        note("initials", "".join(one[0] for one in heard.spelled(name[:4]).split()))
        note("mixed", part[:2] + "".join(one[0] for one in syllables[2:]))
        wrong = lot.choice("光华明达安丰泰兴")
        note("a wrong character", name[:3] + wrong + name[4:7])
        slip = lot.randint(1, len(pinyin) - 2)
        note("a slip of the fingers", pinyin[:slip] + lot.choice(LETTERS) + pinyin[slip + 1 :])
    return found


def measure(database: str) -> None:
    """Fill a registry and its index, search it, tell how long the slowest twentieth takes."""
    import many_firms

    fresh()
    from qipan.platform.search import complete

    firms = many_firms.fill()
    began = time.perf_counter()
    if not complete():
        raise RuntimeError("another process writes the index")
    note = f"{firms:,} firms; the worker's second pass, after the load"
    tell(f"sounds of all names indexed, {database}", "after the load", time.perf_counter() - began, "s", note=note)
    client, _person = leader()
    milliseconds(client, "/search/?q=jnhf")
    for kind, words in typed().items():
        worked = time.process_time()
        pages = [milliseconds(client, f"/search/?q={word}") for word in words]
        worked = (time.process_time() - worked) * 1000 / len(words)
        hints = [milliseconds(client, f"/search/suggest/?q={word}") for word in words]
        note = (
            f"{len(words)} searches, {worked:.0f} ms of processor time each; suggestions {p95(hints):.0f} ms; "
            f"the slowest page {max(pages):.0f} ms"
        )
        tell(f"search by {kind}, {database}, p95", "100 ms", p95(pages), "ms", note=note)


def main() -> int:
    """Measure on both databases."""
    return on_both(__file__, "search among many firms", measure)


if __name__ == "__main__":
    sys.exit(main())
