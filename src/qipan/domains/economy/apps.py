"""The economy desk as a Django application."""

from django.apps import AppConfig


class EconomyConfig(AppConfig):
    """The leader's page: progress, lights, comparison, the sentence on top."""

    name = "qipan.domains.economy"
    label = "economy"

    def ready(self) -> None:
        """Offer the desk's frames to the others."""
        from qipan.domains.economy import published, published_sources  # noqa: F401
