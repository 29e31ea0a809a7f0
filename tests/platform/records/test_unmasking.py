"""What is masked opens with a right, for a reason, and not without a line in the trail."""

from __future__ import annotations

import pytest
from tests.web.sample import Zone

from qipan.platform.models import TrailEntry, User
from qipan.platform.records.unmasking import unmask
from qipan.platform.rights import person
from qipan.platform.screens import Screen
from qipan.registry.models import Enterprise


@pytest.mark.parametrize(
    ("role", "reason", "code"),
    [
        ("economy", "核实停产", None), ("economy", "看", "records.no-reason"),
        ("leader", "核实停产", "records.nothing-to-unmask"), ("park", "核实停产", None),
        ("system", "核实停产", "screens.no-such-record"),
    ],
)  # fmt: skip
def test_who_reads_a_telephone_number_says_why(
    zone: Zone, firms: Screen, east: Enterprise, role: str, reason: str, code: str | None
):
    user = User.objects.get(username=role)
    done = unmask(person(user), firms, east.pk, reason=reason)
    if code is not None:
        assert [one.code for one in done.problems] == [code]
        assert not TrailEntry.objects.exists()
        return
    assert done.value is not None
    assert done.value["phone"] == "13712345678"
    entry = TrailEntry.objects.get()
    assert (entry.action, entry.subject, entry.reason) == ("records.unmask", east.pk, reason)
    assert "13712345678" not in str(entry.after)


def test_a_park_manager_opens_nobody_else_s(zone: Zone, firms: Screen, west: Enterprise):
    done = unmask(person(User.objects.get(username="park")), firms, west.pk, reason="核实停产")
    assert [one.code for one in done.problems] == ["screens.no-such-record"]
