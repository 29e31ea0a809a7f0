"""Small programs that work in an installation while a load is committed: writers, and somebody who logs in."""

from __future__ import annotations

WRITERS, EACH = 8, 150
# One writer: EACH Actions, tried again where a load is being committed; prints how often it had to.
WRITER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
from qipan.platform import action as room
from qipan.platform.action import Act, action
from qipan.platform.rights import machine
from qipan.registry.models import Unit
room.PATIENCE = 2.0

@action("test.note", right="x", zh="记", en="note")
def note(act: Act, unit: int, text: str) -> None:
    act.changed("note", unit, None, {"text": text})

unit, again = Unit.objects.get(code="E").pk, 0
while not os.path.exists(sys.argv[3]):  # until the load commits
    time.sleep(0.02)
for number in range(int(sys.argv[2])):
    while not (outcome := note(machine("writer"), unit, f"{sys.argv[1]}-{number}")).done:
        codes = {problem.code for problem in outcome.problems}
        assert codes <= {"platform.load-committing", "platform.database-busy"}, codes
        again += 1
print(again)
"""
# Logs in as long as it is told and prints the longest wait, and how far it saw the load to be.
SIGNER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
from django.contrib.sessions.backends.db import SessionStore
from qipan.platform import lease
from qipan.platform.models import SignIn
longest, seen = 0.0, set()
open(sys.argv[2], "w").close()
while not os.path.exists(sys.argv[1]):
    began = time.monotonic()
    session = SessionStore(); session["user"] = 1; session.create()
    SignIn.objects.create(user=1)
    longest = max(longest, time.monotonic() - began)
    if (holder := lease.committing()) is not None:
        seen.add(holder.done)
        open(sys.argv[3], "a").close()
    time.sleep(0.02)
print(longest, len(seen))
"""
# Prints how many of the writers' changes stand in the trail.
COUNT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "qipan.platform.settings"
import django; django.setup()
from qipan.platform.models import TrailEntry
print(len({entry.after["text"] for entry in TrailEntry.objects.filter(noun="note")}))
"""
