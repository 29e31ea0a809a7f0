"""What a zone's office does with the desk of docs/desk.md; run as a process of its own, where the desk is switched on.

Prints what it found as JSON: the test beside it says what that must be.
"""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any


def people() -> dict[str, Any]:
    """Add one person of each role that matters, where they belong."""
    from qipan.platform.models import User
    from qipan.registry.models import Grant, Unit

    found: dict[str, Any] = {}
    for role, unit in (("leader", "云州高新区"), ("economy", "云州高新区"), ("park", "东园")):
        user = User.objects.create(username=role, last_name=role)
        Grant.objects.create(user=user, role=role, unit=Unit.objects.get(name=unit), since=date(2020, 1, 1))
        found[role] = user
    return found


def client_of(user: Any, language: str = "zh-hans") -> Any:
    """Return somebody's browser."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.cookies["qipan_language"] = language
    return client


def form_of(client: Any, address: str) -> dict[str, str]:
    """Return what a form would send if nothing were changed."""
    shown = client.get(address)
    sent = {"version": str(shown.context["version"])}
    for group in shown.context["groups"]:
        for one in group.inputs:
            sent[one.code], sent[f"was-{one.code}"] = one.value, one.was
    return sent


def exported(client: Any) -> list[list[Any]]:
    """Return the rows of the list as somebody takes it along."""
    import openpyxl

    answer = client.post("/records/charging/export/", {"which": "all", "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def facilities() -> list[tuple[Any, ...]]:
    """Return what the table holds."""
    from charging.models import Facility

    fields = ("name", "code", "unit__name", "operator__name", "kind", "piles", "power", "invested", "opened", "public")
    return [
        tuple(value.isoformat() if isinstance(value, date) else value for value in row)
        for row in Facility.objects.order_by("name").values_list(*fields)
    ]


def work() -> dict[str, Any]:
    """Work with the desk, and say what came of it."""
    from charging.models import Facility

    users = people()
    leader, officer, park = (client_of(users[role]) for role in ("leader", "economy", "park"))
    found: dict[str, Any] = {"loaded": facilities()}
    found["list"] = leader.get("/records/charging/").content.decode()
    found["list in English"] = client_of(users["leader"], "en").get("/records/charging/").content.decode()
    found["park's list"] = park.get("/records/charging/").content.decode()
    west, east = Facility.objects.get(name="西园换电站"), Facility.objects.get(name="东园一号站")
    found["park asks for the west"] = park.get(f"/records/charging/{west.pk}/").status_code
    found["page"] = officer.get(f"/records/charging/{east.pk}/").content.decode()
    found["history"] = officer.get(f"/records/charging/{east.pk}/history/").content.decode()
    found["leader's form"] = leader.get(f"/records/charging/{east.pk}/edit/").status_code
    sent = {**form_of(officer, f"/records/charging/{east.pk}/edit/"), "power": "1.2兆瓦", "piles": "20"}
    found["wrong"] = (
        "应为" in officer.post(f"/records/charging/{east.pk}/edit/", {**sent, "piles": "许多"}).content.decode()
    )
    found["edited"] = officer.post(f"/records/charging/{east.pk}/edit/", {**sent, "power": "960"}).status_code
    new = {"name": "东园三号站", "park": str(east.unit_id), "kind": "slow", "operator": "云州宏远机械有限公司"}
    found["added"] = park.post("/records/charging/new/", new).status_code
    found["added elsewhere"] = park.post("/records/charging/new/", {**new, "park": str(west.unit_id)}).status_code
    found["after"] = facilities()
    found["export"] = exported(officer)
    found["leader's export"] = exported(leader)
    found["api"] = json.loads(park.get("/api/v1/records/charging", headers={"accept": "application/json"}).content)
    return found


if __name__ == "__main__":
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    print(json.dumps(work(), ensure_ascii=False, default=str))
