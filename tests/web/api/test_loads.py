"""Files handed in by programs: checked and written as jobs, with the rights of the token and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.api.programs import V1, facts, program, token_of, with_token
from tests.web.attack_ground import Ground, unit

import loads
from qipan.platform import jobs
from qipan.platform.exchange.models import Token
from qipan.platform.models import Batch, Job

ROW = ("东园", "规上工业总产值", "2026年7月", 77.5, "亿元")


@pytest.fixture
def economy(ground: Ground) -> Client:
    return program(ground.people["economy"])


def hand_in(client: Client, path: Path, **fields: Any) -> dict[str, Any]:
    """Hand a file in, let the worker work, and return the job as the client sees it."""
    with path.open("rb") as file:
        answer = client.post(f"{V1}/loads", {"file": file, **fields})
    assert answer.status_code == 202, answer.content.decode()
    jobs.run.func(answer.json()["id"])
    return client.get(answer["Location"]).json()


def test_a_dry_run_says_what_would_change_and_writes_nothing(economy: Client, tmp_path: Path):
    before = loads.everything()
    job = hand_in(economy, loads.figures_book(tmp_path, ROW, name="七月.xlsx"), dry_run=True)
    assert (job["state"], job["result"]["batch"]) == ("done", None)
    assert job["result"]["counts"]["new"] == 1
    assert job["result"]["sheets"][0]["file"] == "七月.xlsx"
    after = loads.everything()
    assert {name for name in after if after[name] != before[name]} <= {
        "platform.Job",
        "platform.StoredFile",
        "exchange.Use",
    }


def test_a_file_is_written_as_a_batch_and_its_figures_can_be_asked_for(economy: Client, tmp_path: Path):
    job = hand_in(economy, loads.figures_book(tmp_path, ROW, ("东园", "规上工业总产值", "2026年6月", "不详", "亿元")))
    number = job["result"]["batch"]
    assert Batch.objects.get(pk=number).state == "committed"
    assert [row["value"] for row in facts(economy, measure="industrial_output", period="2026-07")] == [77.5]
    problems = economy.get(f"{V1}/batches/{number}/problems").json()["problems"]
    assert any("不详" in problem["message"] for problem in problems)
    undone = economy.post(f"{V1}/batches/{number}/undo", {"reason": "试"}, content_type="application/json")
    assert undone.status_code == 200
    assert facts(economy, measure="industrial_output", period="2026-07") == []
    again = economy.post(f"{V1}/batches/{number}/undo", {}, content_type="application/json")
    assert again.status_code == 409


def test_a_park_loads_for_itself_only_and_a_token_bound_to_a_park_likewise(ground: Ground, tmp_path: Path):
    path = loads.figures_book(tmp_path, ("西园", "规上工业总产值", "2026年7月", 1.5, "亿元"))
    park = program(ground.people["park east"])
    with path.open("rb") as file:
        assert park.post(f"{V1}/loads", {"file": file, "unit": unit("西园").code}).status_code == 422
    bound = program(
        ground.people["economy"], "batch.load", "batch.see", "figures.see", "units.see", unit=unit("东园").pk
    )
    job = hand_in(bound, path)
    assert job["result"]["counts"]["new"] == 0, "figures of the west came in with a token of the east"
    economy = program(ground.people["economy"])
    assert facts(economy, measure="industrial_output", period="2026-07") == []


def test_a_job_whose_token_was_revoked_meanwhile_writes_nothing(ground: Ground, tmp_path: Path):
    text = token_of(ground.people["economy"])
    client = with_token(text)
    with loads.figures_book(tmp_path, ROW).open("rb") as file:
        number = client.post(f"{V1}/loads", {"file": file}).json()["id"]
    Token.objects.update(expires="2020-01-01T00:00:00Z")
    batches = Batch.objects.count()
    jobs.run.func(number)
    assert Job.objects.get(pk=number).result["stopped"]
    assert Batch.objects.count() == batches


def test_nobody_reads_or_cancels_a_job_of_another_token(ground: Ground, economy: Client, tmp_path: Path):
    with loads.figures_book(tmp_path, ROW).open("rb") as file:
        number = economy.post(f"{V1}/loads", {"file": file}).json()["id"]
    for who in ("economy", "leader", "park east"):
        other = program(ground.people[who])
        assert other.get(f"{V1}/jobs/{number}").status_code == 404
        assert other.delete(f"{V1}/jobs/{number}").status_code == 404
    assert economy.delete(f"{V1}/jobs/{number}").json()["state"] == "cancelled"


def test_a_file_needs_the_right_a_known_ledger_and_a_body_within_the_limit(
    ground: Ground, economy: Client, tmp_path: Path, settings: Any
):
    path = loads.figures_book(tmp_path, ROW)
    reader = program(ground.people["economy"], "figures.see")
    for client, fields, status in (
        (reader, {}, 403),
        (economy, {"ledger": "nothing"}, 422),
        (economy, {"unit": "nowhere"}, 422),
    ):
        with path.open("rb") as file:
            assert client.post(f"{V1}/loads", {"file": file, **fields}).status_code == status
    assert economy.post(f"{V1}/loads", {"unit": "x"}).json()["problems"][0]["code"] == "api.missing-value"
    settings.UPLOAD_LIMIT = 100
    with path.open("rb") as file:
        answer = economy.post(f"{V1}/loads", {"file": file})
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
