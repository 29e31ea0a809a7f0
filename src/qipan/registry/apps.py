"""The registry as a Django application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The nouns everybody points at: units, enterprises, measures, facts, returns."""

    name = "qipan.registry"
    label = "registry"

    def ready(self) -> None:
        """Take part in loads and pack installations."""
        from qipan.platform.subjects import subjects_are
        from qipan.registry import (  # noqa: F401 - they register themselves
            happenings,
            installing,
            placing,
            queries,
            screens,
            searching,
            tree,
        )
        from qipan.registry.loading import (  # noqa: F401 - the writers register themselves
            figures,
            firms,
            handed_in,
            judged,
            records,
            returns,
            titles,
            undoing,
            units,
            unread,
        )
        from qipan.registry.models import Subject

        subjects_are(Subject)
        returns.connect()
        undoing.connect()
        judged.connect()
        searching.connect()
        placing.connect()
        happenings.connect()
        tree.connect()
        screens.connect()
