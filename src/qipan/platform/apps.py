"""The platform as a Django application."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """People, actions and trail, problems, files, jobs, imports, search, backup."""

    name = "qipan.platform"
    label = "platform"

    def ready(self) -> None:
        """Let lists do long work; keep the last log-in, which `SignIn` has, out of the records."""
        from django.contrib.auth.models import update_last_login
        from django.contrib.auth.signals import user_logged_in

        from qipan.platform.access.sessions import note_sign_in
        from qipan.platform.imports import working  # noqa: F401 - the jobs of a draft register themselves
        from qipan.platform.screens import work  # noqa: F401 - its jobs register themselves

        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
        user_logged_in.connect(note_sign_in, dispatch_uid="qipan.note_sign_in")
