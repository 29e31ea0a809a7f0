"""The ground the tests stand on: the database asked for, in files where it is SQLite, and fresh installations."""

import os
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from installations import Installation


def test_the_database_is_the_one_that_was_asked_for(db: None):
    wanted = "postgresql" if os.environ.get("QIPAN_DATABASE") else "sqlite"
    assert connection.vendor == wanted


def test_every_alias_may_be_used_without_saying_so(db: None):
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_thread_sees_what_another_has_committed():
    from django.contrib.contenttypes.models import ContentType

    seen: list[int] = []

    def look() -> None:
        seen.append(ContentType.objects.filter(app_label="nowhere").count())
        connection.close()

    ContentType.objects.create(app_label="nowhere", model="thing")
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [1]


def test_the_data_folder_of_the_tests_is_not_the_users_own():
    from django.conf import settings

    assert Path(settings.HOME.root) == Path(os.environ["QIPAN_HOME"]).resolve()
    assert "qipan-test-" in str(settings.HOME.root)


def test_an_installation_starts_the_command_in_a_folder_of_its_own(installation: Installation, tmp_path: Path):
    ended = installation.run("--help")
    assert ended.returncode == 0, ended.stderr
    assert installation.home.parent == tmp_path
