"""The trail's seals: whatever is changed behind Qipan's back is found and named, on either database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from django.db import connection

from qipan.platform import seal
from qipan.platform.models import TrailEntry, TrailSeal
from qipan.platform.seal import Fault, Wrong

TRIGGERS = {
    "sqlite": ("DROP TRIGGER trail_entry_kept_u", "DROP TRIGGER trail_entry_kept_d"),
    "postgresql": ("DROP TRIGGER trail_entry_kept ON trail_entry",),
}


def behind(statement: str, *values: object) -> None:
    """Run a statement as somebody with the database in their hands would, the guards taken down first."""
    with connection.cursor() as cursor:
        for drop in TRIGGERS[connection.vendor]:
            cursor.execute(drop)
        cursor.execute(statement, values)


@pytest.fixture
def trail(db: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seven entries sealed in blocks of three; a deputy acted once."""
    monkeypatch.setattr(seal, "BLOCK", 3)
    found = []
    for number in range(7):
        entry = TrailEntry.objects.create(
            actor_name="陈统计", action="batch.commit", noun="batch", after={"name": f"第{number}批", "rows": 1.5},
            acting_for="王园长" if number == 4 else None,
        )  # fmt: skip
        found.append(entry.pk)
    assert seal.seal() == 7
    return found


def test_an_untouched_trail_is_as_it_was_written(trail: list[int]):
    found = seal.verify()
    assert (found.entries, found.blocks, found.unsealed, found.faults) == (7, 3, 0, ())
    TrailEntry.objects.create(actor_name="x", action="a")
    assert (seal.verify().unsealed, seal.verify().faults) == (1, ())
    assert seal.seal() == 1
    assert seal.seal() == 0


ATTACKS: dict[str, Callable[[int], None]] = {
    "actor": lambda pk: behind("UPDATE trail_entry SET actor_name = %s WHERE id = %s", "别人", pk),
    "after": lambda pk: behind("UPDATE trail_entry SET after = %s WHERE id = %s", json.dumps({"name": "x"}), pk),
    "deputy": lambda pk: behind("UPDATE trail_entry SET acting_for = %s WHERE id = %s", "李主任", pk),
    "no deputy": lambda pk: behind("UPDATE trail_entry SET acting_for = NULL WHERE id = %s", pk),
}


@pytest.mark.parametrize("field", list(ATTACKS))
def test_a_changed_row_is_named(trail: list[int], field: str):
    ATTACKS[field](trail[4])
    assert seal.verify().faults == (Fault(Wrong.CHANGED, TrailSeal.objects.order_by("last")[1].pk, trail[4]),)


def test_a_removed_row_is_named(trail: list[int]):
    behind("DELETE FROM trail_entry WHERE id = %s", trail[2])
    assert [(fault.wrong, fault.entry) for fault in seal.verify().faults] == [(Wrong.REMOVED, trail[2])]


def test_a_row_inserted_where_one_was_is_named_as_changed_and_one_between_as_inserted(trail: list[int]):
    block = TrailSeal.objects.order_by("last")[1]
    gap = TrailEntry.objects.create(actor_name="x", action="a").pk + 5
    TrailEntry.objects.create(pk=gap, actor_name="y", action="a")
    seal.seal()
    TrailEntry.objects.create(pk=gap - 2, actor_name="smuggled", action="a")
    assert [(fault.wrong, fault.entry) for fault in seal.verify().faults] == [(Wrong.INSERTED, gap - 2)]
    assert block.rows is not None


def test_whoever_mends_the_blocks_own_list_breaks_its_hash(trail: list[int]):
    behind("UPDATE trail_entry SET actor_name = %s WHERE id = %s", "别人", trail[0])
    block = TrailSeal.objects.order_by("last")[0]
    TrailSeal.objects.filter(pk=block.pk).update(rows=seal._rows(TrailEntry.objects.filter(pk__in=trail[:3])))
    assert seal.verify().faults == (Fault(Wrong.SEAL, block.pk),)


def test_whoever_mends_a_block_whole_breaks_the_next_one(trail: list[int]):
    behind("UPDATE trail_entry SET actor_name = %s WHERE id = %s", "别人", trail[0])
    block, following = TrailSeal.objects.order_by("last")[:2]
    rows = seal._rows(TrailEntry.objects.filter(pk__in=trail[:3]).order_by("pk"))
    TrailSeal.objects.filter(pk=block.pk).update(rows=rows, hash=seal._chained("", rows))
    assert seal.verify().faults == (Fault(Wrong.SEAL, following.pk),)


def test_whoever_rewrites_the_whole_chain_is_told_by_a_seal_noted_down_earlier(trail: list[int]):
    noted = seal.verify().head
    assert seal.verify(head=noted).faults == ()
    behind("UPDATE trail_entry SET actor_name = %s WHERE id = %s", "别人", trail[0])
    TrailSeal.objects.all().delete()
    seal.seal()
    assert seal.verify().faults == ()
    assert [fault.wrong for fault in seal.verify(head=noted).faults] == [Wrong.HEAD]


def test_a_trail_cut_off_at_its_end_is_told_by_a_seal_noted_down_earlier(trail: list[int]):
    noted = seal.verify().head
    behind("DELETE FROM trail_entry WHERE id = %s", trail[6])
    TrailSeal.objects.filter(last=trail[6]).delete()
    assert [fault.wrong for fault in seal.verify(head=noted).faults] == [Wrong.HEAD]


def test_blocks_sealed_before_rows_were_kept_still_hold(trail: list[int]):
    TrailSeal.objects.all().delete()
    first = TrailEntry.objects.filter(pk__in=trail[:3]).order_by("pk")
    old = TrailSeal.objects.create(first=trail[0], last=trail[2], hash=seal._whole("", first), previous="")
    assert seal.seal() == 4
    assert seal.verify().faults == ()
    behind("UPDATE trail_entry SET reason = %s WHERE id = %s", "x", trail[1])
    assert seal.verify().faults == (Fault(Wrong.SEAL, old.pk),)


def test_a_copy_can_be_verified_without_this_program(trail: list[int]):
    lines = list(seal.copied())
    previous, digests = "", b""
    for line in lines:
        told = json.loads(line)
        if "entry" in told:
            row = line.removeprefix('{"entry": ').removesuffix("}").encode()
            digests += told["entry"][0].to_bytes(8, "big") + hashlib.sha256(row).digest()[:16]
            continue
        assert told["seal"]["rows"] == digests.hex()
        assert told["seal"]["hash"] == hashlib.sha256(previous.encode() + digests).hexdigest()
        previous, digests = told["seal"]["hash"], b""
    assert previous == seal.verify().head


def test_the_guard_against_changing_the_trail_outlived_its_new_columns(trail: list[int]):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic():
        TrailEntry.objects.filter(pk=trail[0]).update(actor_name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        TrailEntry.objects.filter(pk=trail[0]).delete()
