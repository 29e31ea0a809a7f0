"""The API keeps to its own document, whatever it is sent and by whom: no fault, no answer that is not described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from tests.web.api.programs import token_of
from tests.web.attack_ground import Ground

from qipan.platform.limits import Rate
from qipan.platform.screens import screen_of
from qipan.web.api import doors
from qipan.web.api.root import document

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.allow_header_conformance,
]
EXAMPLES = {"anonymous": 1, "economy": 4, "park east": 2}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def keys_of(path: str) -> list[int]:
    """Return numbers of records that stand behind an address, and of some that do not."""
    parts = path.split("/")
    screen = screen_of(parts[4]) if len(parts) > 4 and parts[3] == "records" else None
    model = screen.model if screen is not None else None
    found = list(model._default_manager.values_list("pk", flat=True)[:20]) if model is not None else [1, 2, 3]
    return [*found, 0, 10**17]


@pytest.fixture
def in_one_connection() -> Iterator[None]:
    """Keep the server from closing the connection in which this test's records are not committed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.usefixtures("in_one_connection")
@pytest.mark.parametrize("who", list(EXAMPLES))
def test_every_address_answers_as_its_document_says(ground: Ground, who: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doors, "RATE", Rate(10**9, 60))
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    headers = {"Accept-Encoding": "identity"}  # the client that is called in this process unpacks nothing
    if who != "anonymous":
        headers["Authorization"] = f"Bearer {token_of(ground.people[who])}"
    statuses: dict[int, int] = {}

    def prove(operation: Any, mode: GenerationMode) -> None:
        keys = keys_of(operation.path)

        @settings(
            max_examples=EXAMPLES[who], deadline=None, phases=[Phase.generate], derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode), key=st.sampled_from(keys), real=st.booleans())
        def one(case: Any, key: int, real: bool) -> None:
            if real and "key" in case.path_parameters:
                case.path_parameters["key"] = key
            response = case.call(headers=headers)
            statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
            case.validate_response(response, checks=CHECKS)

        one()

    failures = []
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in MODES:
            try:
                prove(operation, mode)
            except Unsatisfiable:  # nothing wrong can be sent to an address that takes nothing
                continue
            except (AssertionError, BaseExceptionGroup) as error:
                first = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
                failures.append(f"{operation.label}: {first}")
    assert not failures, "\n\n".join(failures[:8])
    if who == "anonymous":
        assert set(statuses) <= {401, 404, 405, 400}
    else:
        assert {200, 404, 422} <= set(statuses)
