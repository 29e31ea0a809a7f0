"""Who comes in by the API and who does not; what every wrong request is answered with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.api.programs import V1, program, token_of, with_token
from tests.web.attack_ground import Ground, unit
from tests.web.attack_ground import person as somebody

from qipan.platform.exchange import tokens
from qipan.platform.exchange.models import Token, Use
from qipan.platform.limits import Rate, forget
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import Refused, person
from qipan.registry.models import Grant
from qipan.web.api import doors


def problem(answer: object) -> tuple[int, str, str]:
    return answer.status_code, answer["Content-Type"], answer.json()["code"]


KIND = "application/problem+json"


def test_without_a_token_nothing_opens(ground: Ground):
    for headers in ({}, {"Authorization": "Bearer qipan_nothing"}, {"Authorization": "Basic x"}):
        answer = Client(headers=headers).get(f"{V1}/me")
        assert problem(answer) == (401, KIND, "api.no-log-in")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_reads_and_changes_nothing(ground: Ground):
    client = ground.client("economy")
    assert client.get(f"{V1}/me").json()["token"] is None
    assert problem(client.post(f"{V1}/batches/1/undo", {}, content_type="application/json"))[0] == 401


def test_a_token_is_kept_as_a_fingerprint_and_named_by_its_beginning(ground: Ground):
    text = token_of(ground.people["leader"], "figures.see")
    kept = Token.objects.get()
    assert text.startswith(kept.hint)
    written = " ".join(str(value) for row in Token.objects.values() for value in row.values())
    trail = " ".join(str(row) for row in TrailEntry.objects.values())
    assert text not in written + trail
    assert text[len(kept.hint) :] not in written + trail


@pytest.mark.parametrize("how", ["expired", "revoked", "closed", "password"])
def test_a_token_ends_with_its_day_its_revocation_and_its_person(ground: Ground, how: str):
    user = ground.people["leader"]
    client = with_token(token_of(user, "figures.see"))
    assert client.get(f"{V1}/me").status_code == 200
    match how:
        case "expired":
            Token.objects.update(expires=timezone.now() - timedelta(seconds=1))
        case "revoked":
            assert tokens.revoke(person(user), Token.objects.get().pk).done
        case "closed":
            User.objects.filter(pk=user.pk).update(is_active=False)
        case "password":
            User.objects.filter(pk=user.pk).update(must_change_password=True)
    assert client.get(f"{V1}/me").status_code == 401


def test_a_token_never_exceeds_its_persons_rights_of_today(ground: Ground):
    user = ground.people["economy"]
    client = program(user)
    assert client.get(f"{V1}/facts?measure=gdp").status_code == 200
    Grant.objects.filter(user=user).update(until=timezone.localdate())
    assert client.get(f"{V1}/facts?measure=gdp").status_code == 403
    assert client.get(f"{V1}/me").json()["rights"] == []


def test_nobody_makes_a_token_for_rights_they_do_not_have(ground: Ground):
    leader, park = ground.people["leader"], ground.people["park east"]
    for user, right, at in (
        (leader, "survey.see", None),
        (park, "figures.see", unit("西园").pk),
        (leader, "no.such.right", None),
    ):
        outcome = tokens.create(person(user), "x", [right], unit=at, days=10)
        assert [one.code for one in outcome.problems] == ["exchange.right-not-yours"]
    assert not tokens.create(person(leader), " ", [], unit=None, days=0).done
    assert not Token.objects.exists()


def test_one_revokes_ones_own_tokens_and_an_administrator_anybodys(ground: Ground):
    token_of(ground.people["leader"], "figures.see")
    number = Token.objects.get().pk
    guardian = person(somebody("guardian", ("security", "云州高新区")))
    assert not tokens.revoke(person(ground.people["economy"]), number).done
    with pytest.raises(Refused):
        tokens.withdraw(person(ground.people["economy"]), number)
    assert tokens.withdraw(guardian, number).done
    assert not tokens.withdraw(guardian, number).done


def test_the_last_use_is_noted_to_the_minute(ground: Ground):
    client = program(ground.people["leader"], "figures.see")
    client.get(f"{V1}/me")
    first = Use.objects.get().at
    client.get(f"{V1}/me")
    assert Use.objects.get().at == first
    assert Use.objects.get().address == "127.0.0.1"


def test_who_asks_too_often_is_told_when_to_come_back(ground: Ground, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doors, "RATE", Rate(2, 60))
    forget()
    client = program(ground.people["leader"], "figures.see")
    assert [client.get(f"{V1}/me").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get(f"{V1}/me")
    assert problem(answer) == (429, KIND, "api.too-many-requests")
    assert 0 < int(answer["Retry-After"]) <= 31
    other = program(ground.people["economy"], "figures.see")
    assert other.get(f"{V1}/me").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/nothing", 404, "api.not-found"),
        ("get", "/", 404, "api.not-found"),
        ("put", "/me", 405, "api.wrong-method"),
        ("get", "/facts?measure=%00", 400, "api.wrong-request"),
        ("get", "/jobs/99999999999999999", 404, "api.not-found"),
        ("get", "/jobs/99999999999999999999999", 404, "api.not-found"),
        ("get", "/measures/nothing", 404, "api.not-found"),
        ("get", "/facts?measure=gdp&limit=x", 422, "api.wrong-value"),
    ],
)
def test_every_error_is_a_problem_in_one_shape(ground: Ground, method: str, path: str, status: int, code: str):
    answer = getattr(program(ground.people["economy"]), method)(f"{V1}{path}")
    assert problem(answer) == (status, KIND, code)
    said = answer.json()
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    assert said["type"] == f"urn:qipan:problem:{code}"


def test_a_fault_of_ours_shows_no_trace(ground: Ground, monkeypatch: pytest.MonkeyPatch):
    from qipan.web.api import definitions

    def broken(user: object) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(definitions, "reach", broken)
    answer = program(ground.people["economy"]).get(f"{V1}/me")
    assert problem(answer) == (500, KIND, "api.broken")
    assert "secret cause" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


def test_problems_are_said_in_the_language_that_is_asked_for(ground: Ground):
    client = program(ground.people["economy"])
    said = client.get(f"{V1}/measures/nothing", headers={"Accept-Language": "en"}).json()
    assert said["title"] == "Nothing here, or nothing you may see"
