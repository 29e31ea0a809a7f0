"""What an installation behind TLS tells browsers, and what its log keeps."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from tests.web.sample import Zone

SHOWN = """
import json
from django.conf import settings as s
print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0,
                  s.DEBUG, s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, len(s.SECRET_KEY) > 40]))
"""


def _settings(folder: Path, **environment: str) -> list[object]:
    given = {**os.environ, "QIPAN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "qipan.platform.settings"}
    done = subprocess.run([sys.executable, "-c", SHOWN], env={**given, **environment}, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_behind_tls_cookies_travel_encrypted_only(tmp_path: Path):
    found = _settings(tmp_path / "v", QIPAN_TLS="1", QIPAN_HOSTS="zone.example")
    assert found[:4] == [True, True, True, True]
    assert "*" not in str(found[5])
    assert found[6] == ["https://zone.example"]


def test_nothing_is_shown_for_debugging(tmp_path: Path):
    found = _settings(tmp_path / "v", DEBUG="1", DJANGO_DEBUG="1")
    assert found[4] is False
    assert found[7] is True


def test_no_log_keeps_a_password(zone: Zone, client: Client, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        for _ in range(6):
            client.post("/log-in/", {"username": "leader", "password": "a secret of mine 5"})
        client.force_login(zone.leader)
        client.post("/password/", {"old_password": "a secret of mine 5", "new_password1": "a secret of mine 6"})
    assert "a secret of mine" not in caplog.text
