"""Every address × everybody: who meets what is not theirs, and by which address, is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.web import attack_ground as ground
from tests.web.attack_ground import Ground

import loads
from qipan.domains.boards.models import Board
from qipan.domains.health import watch
from qipan.domains.health.models import Finding
from qipan.packs.layouts import Tile, write_tiles
from qipan.platform.models import Batch, BatchSheet, ImportDraft, User
from qipan.platform.records import attachments, notes
from qipan.platform.records.models import Attachment, Note
from qipan.platform.records.telling import watch as watch_record
from qipan.platform.rights import person as acting
from qipan.platform.screens import screens
from qipan.platform.screens.changing import change
from qipan.platform.search import complete
from qipan.registry import firm_frames, frames
from qipan.registry.models import Enterprise, Fact, Grant, Unit
from qipan.registry.screens import FIRMS
from qipan.web.urls import pages

# A random form token may happen to hold the digits of a secret.
TOKEN = re.compile(r"\b[A-Za-z0-9]{64}\b")
STATISTICS = {"economy"}
WHOLE = {"economy", "leader"}
EAST, WEST = WHOLE | {"park east", "system and park east"}, WHOLE | {"park west"}
# What must not be read → by whom it may.
SECRETS: dict[str, set[str]] = {
    ground.EAST_SECRET: STATISTICS,
    ground.WEST_SECRET: STATISTICS,
    ground.BROKEN_SECRET: STATISTICS,
    "71,337.7": STATISTICS,
    "82,248.8": STATISTICS,
    ground.EAST_OPEN: EAST,
    ground.WEST_OPEN: WEST,
    "4,117": EAST,
    "5,228": WEST,
    ground.EAST_FIRM: EAST,
    ground.WEST_FIRM: WEST,
    ground.ZONE_FIGURE: WHOLE,
    "7,273.5": WHOLE,
    "9,100": WHOLE,
    ground.WEST_FIGURE: WEST,
    "3,971.4": WEST,
    "不清楚": EAST,
    ground.EAST_NOTE: EAST,
    ground.WEST_NOTE: WEST,
    ground.WEST_FILE: WEST,
    ground.EAST_ADDRESS: EAST,
    ground.WEST_ADDRESS: WEST,
    # A telephone number is opened by a form, with a reason; no address just shows it.
    ground.EAST_PHONE: set(),
    ground.WEST_PHONE: set(),
}
OUTPUT = ("industrial_output",)
TILES = write_tiles(
    (
        Tile("a", "figure", 0, 0, 4, 4, measures=OUTPUT),
        Tile("b", "ranking", 4, 0, 4, 4, measures=OUTPUT),
        Tile("c", "figure", 8, 0, 4, 4, measures=OUTPUT, unit="W"),
        Tile("d", "trend", 0, 4, 6, 4, measures=OUTPUT, by="parks"),
        Tile("e", "funnel", 6, 4, 6, 4, noun="enterprise"),
        Tile("f", "map", 0, 8, 6, 4),
        Tile("g", "table", 6, 8, 6, 4, measures=("gdp", *OUTPUT)),
    )
)
BOX = "west=100&south=20&east=120&north=40&zoom=16"
# Who may read what others may, though not by every address; and what a firm's own person may.
LIKE = {"auditor": "leader", "clerk east": "park east"}
# Whoever grants, and whoever watches it, reads at which firm a person was granted a role.
OWN = {
    "firm east": {ground.EAST_OPEN, "4,117", ground.EAST_FIRM, ground.EAST_ADDRESS},
    "security": {ground.EAST_FIRM},
    "audit": {ground.EAST_FIRM},
}
DERIVED = ("growth", "progress", "pace", "gap", "needed", "seasonal_pace", "residual", "light", "share", "indicator")
UNDERGO = {
    "economy": {"months", "figures", "own"},
    "park east": {"own"},
    "clerk east": {"own"},
    "system and park east": {"own"},
}


# Of the pages of records, the nouns whose pages differ; the generated rights tests go through all.
RECORDS = ["firms", "units", "facts", "no_such_noun"]


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone."""
    frames._kept.clear()
    made = ground.prepare(tmp_path)
    assert watch.run(loads.operator()).done
    _slips(made)
    _attached(made, tmp_path)
    # Everybody's firms lie on the map, and somebody shared a board of everything with everybody.
    Enterprise.objects.update(longitude=112.4, latitude=30.1, datum="WGS84")
    Board.objects.create(owner=made.people["economy"], name="全", tiles=TILES, link="shared-by-economy", changed_by="x")
    firm_frames.forget()
    yield made
    firm_frames.forget()
    frames._kept.clear()


def _attached(made: Ground, folder: Path) -> None:
    """Leave a note, a file, a telephone number and a change by hand at every firm, each with a word of its own."""
    officer = acting(made.people["economy"])
    sent = folder / "sent"
    sent.write_bytes(b"%PDF-1.7 " + ground.WEST_FILE.encode())
    for firm, note, address, phone in (
        (made.east, ground.EAST_NOTE, ground.EAST_ADDRESS, ground.EAST_PHONE),
        (made.west, ground.WEST_NOTE, ground.WEST_ADDRESS, ground.WEST_PHONE),
    ):
        assert change(officer, FIRMS, firm.pk, None, {"phone": phone, "address": address}).done
        assert notes.write(officer, FIRMS, firm.pk, f"@leader @east {note}").done
    assert attachments.attach(officer, FIRMS, made.west.pk, "协议.pdf", sent).done
    for who in ("leader", "park west", "park east"):
        watched = made.west if who != "park east" else made.east
        assert watch_record(acting(made.people[who]), FIRMS, watched.pk, on=True).done
    assert change(officer, FIRMS, made.west.pk, None, {"city": "云州"}).done


def _slips(made: Ground) -> None:
    """Leave a finding about every firm's figures, as a slip of the unit would bring it."""
    now = timezone.now()
    for firm, code in product((made.east, made.west), ("firm_output", "firm_power")):
        stored = Fact.objects.get(subject=firm.pk, measure__code=code, period=202610)
        Finding.objects.create(
            code="firm_unit_slip", subject=firm.pk, thing=code, period=202610, rank=0, unit=firm.unit_id,
            secret=code == "firm_output", value=stored.value, low=1.0, high=2.0, detail='{"times":"10"}',
            fact=stored.pk, ledger="enterprise_months", opened=now, seen=now,
        )  # fmt: skip


def _tokens() -> Iterator[str]:
    for fact in Fact.objects.select_related("measure"):
        yield f"{fact.subject_id}-{fact.measure.code}-{fact.period}-{fact.reading}-{fact.basis}-0-value"
    for unit, what in product(Unit.objects.values_list("pk", flat=True), DERIVED):
        yield f"{unit}-industrial_output-202610-0-1-0-{what}"
        yield f"{unit}-gdp-202609-0-1-0-{what}"
    yield "999999-gdp-202609-0-1-0-value"
    yield f"{10**18}-gdp-202609-0-1-0-pace"


def _values() -> dict[str, list[str]]:
    """Return what may stand in the addresses' places, by the place's name; numbers are told by address."""
    return {
        "sheet": [str(one) for one in sorted({*BatchSheet.objects.values_list("number", flat=True)})],
        "token": list(_tokens()),
        "file": ["0", "9"],
        "board": ["parks", "no_such_board", *(f"b{pk}" for pk in Board.objects.values_list("pk", flat=True))],
        "link": ["no-such-link", *Board.objects.values_list("link", flat=True)],
        "column": sorted({column.code for screen in screens() for column in screen.columns if column.kind == "record"}),
        "note": [str(pk) for pk in Note.objects.values_list("pk", flat=True)],
        "attachment": [str(pk) for pk in Attachment.objects.values_list("pk", flat=True)],
        "grant": [str(pk) for pk in Grant.objects.values_list("pk", flat=True)[:3]],
        "act": ["password", "close", "open", "no-factor", "end-sessions", "other"],
    }


def _queries() -> dict[str, list[str]]:
    """Return what is asked of a page besides its bare address, by its name."""
    units = [f"?unit={pk}" for pk in Unit.objects.filter(kind="park").values_list("pk", flat=True)]
    return {
        "firms": ["", "?q=云州", "?q=西岭", f"?q={loads.code_of(2)}", "?park=4", "?sort=park", "?sort=registered"],
        "records": ["", "?q=西岭", "?sort=park&falling=1"],
        "list-offered": ["?text=西岭"],
        "leader": ["", *units],
        "units": ["", "?on=2013-06-30", "?on=x", "?on=2021-02-30"],
        "firms-uncertain": ["", "?batch=3"],
        "search": ["", "?q=云州", "?q=西岭", "?q=xiling", "?q=xlsw", f"?q={loads.code_of(2)}", "?q=西岑生物制药"],
        "suggest": ["", "?q=西岭", "?q=xiling", "?q=东方精蜜机械"],
        "load-template": ["", "?filled=1"],
        "load-preview": ["", "?kind=changed", "?q=云州"],
        "health": ["", "?severity=error", "?check=firm_unit_slip", "?unit=3", "?show=ignored", "?at=x"],
        "health-export": ["", "?severity=error"],
        "board": ["", units[-1]],
        "board-xlsx": units[-1:],
        "board-docx": [""],
        "wall-content": units[-1:],
        "map": ["", "?park=4", "?industry=39"],
        "map-ground": ["", "?park=4"],
        "map-places": ["", f"?{BOX}", f"?{BOX}&park=4"],
        "map-firms": ["", f"?{BOX}"],
        "wall-places": [f"?{BOX}"],
        "people": ["", "?q=e", "?role=leader", "?closed=1", "?after=e"],
        "trail": ["", "?who=a", "?noun=enterprise", "?about=云州", "?since=2020-01-01&until=x", "?before=5"],
        "trail-export": ["", "?about=西"],
        "record-new": ["", "?firm=4"],
        "record-offer": ["?firm=西岭"],
        "record-people": ["", "?q=e"],
        "record-history": ["", "?before=2030-01-01T00:00:00Z", "?before=x"],
    }


def _numbers() -> Iterator[tuple[str, list[str]]]:
    """Yield the beginnings of pages' names and the numbers their addresses are tried with; the last fits all."""
    yield "person", [str(pk) for pk in User.objects.values_list("pk", flat=True)]
    yield "load-", [*(str(pk) for pk in ImportDraft.objects.values_list("pk", flat=True)), "99"]
    yield "unit", [str(pk) for pk in (*Unit.objects.values_list("pk", flat=True), 0, 10**17)]
    firms = Enterprise.objects.values_list("pk", flat=True)
    yield "record", [str(pk) for pk in (*firms, ground.unit("西园").pk, 0, 10**17)]
    kinds = (Enterprise, Batch, Finding)
    every = [*(pk for kind in kinds for pk in kind.objects.values_list("pk", flat=True)), 0, 10**17]
    yield "", [str(one) for one in dict.fromkeys(every)]


def _addresses() -> Iterator[tuple[str, str]]:
    """Yield (name, address) for every page with every record it could be asked for."""
    values, queries, numbers = _values(), _queries(), list(_numbers())
    codes = ["gdp", "firm_output", "no_such_measure", "enterprises", "enterprise_months"]
    codes += [screen.code for screen in screens()]
    for pattern in pages:
        name = str(pattern.name)
        values["number"] = next(found for start, found in numbers if name.startswith(start))
        asked = list(pattern.pattern.converters)
        values["code"] = RECORDS if name.startswith("record") else codes
        for given in product(*(values[place] for place in asked)):
            path = str(pattern.pattern)
            for place, value in zip(asked, given, strict=True):
                for kind in ("number", "str", "slug"):
                    path = path.replace(f"<{kind}:{place}>", value)
            assert "<" not in path
            for query in queries.get(name, [""]):
                yield name, f"/{path}{query}"


def _read(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
    if body[:2] == b"PK":
        import io
        import zipfile

        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return answer.status_code, body.decode("utf-8", "replace")


def test_nobody_reads_by_any_address_what_is_not_theirs_and_reading_changes_nothing(zone: Ground):
    clients = {who: zone.client(who) for who in ("anonymous", *zone.people)}
    assert complete()
    addresses = list(_addresses())
    before = loads.everything()
    leaks, broken, seen = [], [], {}
    only_posted: set[str] = set()  # whoever asks for such a page is told so and reads nothing: asked once is enough
    for who, client in clients.items():
        for name, path in addresses:
            if path in only_posted:
                continue
            status, text = _read(client, path)
            if status == 405:
                only_posted.add(path)
            text = TOKEN.sub("", text)
            if status >= 500:
                broken.append(f"{who} {path}: {status}")
            if (
                who == "anonymous"
                and name not in {"log-in", "language", "log-out", "wall-enter"}
                and status not in {302, 404, 405}
            ):
                leaks.append(f"anonymous {path}: {status}")
            for secret, readers in SECRETS.items():
                # The search box gives back what was typed into it.
                if secret in text and secret not in path:
                    seen.setdefault(secret, set()).add(who)
                    if not ({who, LIKE.get(who)} & readers or secret in OWN.get(who, ())):
                        leaks.append(f"{who} reads {secret} at {path}")
    assert not leaks, "\n".join(sorted(set(leaks)))
    assert not broken, "\n".join(broken)
    missed = {secret: readers - seen.get(secret, set()) for secret, readers in SECRETS.items() if secret[0].isdigit()}
    assert not any(missed.values()), f"the test looks in the wrong place: {missed}"
    after = loads.everything()
    sessions = {name for name in before if "Session" in name or "Access" in name}
    assert {k: v for k, v in before.items() if k not in sessions} == {
        k: v for k, v in after.items() if k not in sessions
    }


def test_only_who_may_undo_a_batch_undoes_it(zone: Ground):
    batches = {"months": zone.months, "figures": zone.figures, "own": zone.own}
    for who in ("anonymous", *zone.people):
        client = zone.client(who)
        for name, batch in batches.items():
            if name in UNDERGO.get(who, set()):
                continue
            client.post(f"/batches/{batch.pk}/undo/", {"reason": "x"})
            batch.refresh_from_db()
            assert batch.state == "committed", f"{who} undid {name}"
    assert zone.client("park east").post(f"/batches/{zone.own.pk}/undo/", {"reason": "x"}).status_code == 302


def test_only_who_may_changes_accounts_and_grants_and_nobody_their_own(zone: Ground):
    before = (loads.everything()["registry.Grant"], User.objects.values_list("username", "is_active", "password"))
    grants, people = list(before[0]), list(before[1])
    victim, own = zone.people["leader"], {}
    for who in zone.people:
        client, own[who] = zone.client(who), zone.people[who].pk
        grant = Grant.objects.filter(user=victim).get().pk
        if who not in {"security"}:
            client.post(f"/people/{victim.pk}/withdraw/{grant}/")
            client.post(f"/people/{victim.pk}/grant/", {"role": "economy"})
            client.post(
                f"/people/{victim.pk}/depute/{grant}/", {"deputy": who, "since": "2026-01-01", "until": "2030-01-01"}
            )
        client.post(f"/people/{own[who]}/grant/", {"role": "economy"})
        if who not in {"system", "system and park east"}:
            client.post("/people/new/", {"username": f"made by {who}"})
            for act in ("password", "close", "open", "no-factor"):
                client.post(f"/people/{victim.pk}/{act}/")
    assert list(loads.everything()["registry.Grant"]) == grants
    assert list(User.objects.values_list("username", "is_active", "password")) == people


def test_no_form_is_taken_from_another_site(zone: Ground):
    client = Client(enforce_csrf_checks=True)
    client.force_login(zone.people["economy"])
    loading = [f"/load/{zone.way}/{verb}/" for verb in ("files", "commit", "discard", "problems")]
    for path in (
        *loading,
        "/load/new/",
        f"/batches/{zone.own.pk}/undo/",
        "/log-out/",
        "/language/",
        "/password/",
        "/firms/uncertain/1/",
        "/firms/decided/1/take-back/",
    ):
        assert client.post(path, {"language": "en"}).status_code == 403, path


def test_a_leader_is_told_where_a_survey_is_wrong_and_not_what_it_says(zone: Ground):
    text = zone.client("leader").get(f"/batches/{zone.months.pk}/").content.decode()
    assert "第4行" in text
    assert zone.client("leader").get(f"/batches/{zone.months.pk}/files/0/").status_code == 403
    assert zone.client("economy").get(f"/batches/{zone.months.pk}/files/0/").status_code == 200
    Batch.objects.filter(pk=zone.months.pk).update(by=zone.people["leader"].pk)
    assert zone.client("leader").get(f"/batches/{zone.months.pk}/files/0/").status_code == 200, "their own file"


def test_around_a_firms_open_figure_a_leader_sees_no_other_cell(zone: Ground):
    from qipan.domains.economy import queries
    from qipan.domains.economy.shapes import Address

    def cells(who: str) -> tuple[tuple[str, ...], ...]:
        why = queries.why(zone.people[who], Address(zone.west.pk, "firm_power", 202610))
        assert why is not None
        assert why.origin is not None
        return why.origin.window

    assert cells("leader") == cells("park west") == ((ground.WEST_OPEN,),)
    assert len(cells("economy")) > 2
