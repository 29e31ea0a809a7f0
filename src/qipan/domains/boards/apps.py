"""The desk of boards as a Django application."""

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    """Boards, screens on the wall, the map."""

    name = "qipan.domains.boards"
    label = "boards"

    def ready(self) -> None:
        """Say who sees which boards, walls and boundaries."""
        from qipan.domains.boards import seeing  # noqa: F401 - registers itself
