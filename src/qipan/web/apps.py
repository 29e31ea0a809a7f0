"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """URLs, boards, templates, static files: lays out, computes nothing."""

    name = "qipan.web"
    label = "web"

    def ready(self) -> None:
        """Let rights be answered by the registry, whoever asks first."""
        from qipan.registry import rights

        rights.connect()
