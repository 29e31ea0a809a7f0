"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """URLs, boards, templates, static files: lays out, computes nothing."""

    name = "qipan.web"
    label = "web"

    def ready(self) -> None:
        """Let rights be answered by the registry, whoever asks first, and a fresh session ask for the second factor."""
        from django.contrib.auth.signals import user_logged_in

        from qipan.registry import rights
        from qipan.web.second_factor import ask_for_it

        rights.connect()
        user_logged_in.connect(ask_for_it, dispatch_uid="qipan.ask_for_it")
