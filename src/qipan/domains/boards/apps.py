"""The desk of boards as a Django application."""

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    """Boards, screens on the wall, the map."""

    name = "qipan.domains.boards"
    label = "boards"

    def ready(self) -> None:
        """Say who sees which boards, walls and boundaries, and let boards be found."""
        from qipan.domains.boards import searching, seeing  # noqa: F401 - they register themselves
