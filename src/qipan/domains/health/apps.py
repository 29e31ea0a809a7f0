"""Data health as a Django application."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Findings: what the packs' checks found, since when, and what people said about it."""

    name = "qipan.domains.health"
    label = "health"

    def ready(self) -> None:
        """Say who sees what, list findings like any noun, and look again after every change and every night."""
        from qipan.domains.health import rights, screen, watch

        rights.connect()
        screen.connect()
        watch.connect()
