"""What people attach to records, as a Django application."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Notes, files, watches and notices of records of any noun."""

    name = "qipan.platform.records"
    label = "records"

    def ready(self) -> None:
        """Decide who sees them, take part in changes and loads, and go with a record that is removed."""
        from qipan.platform.records import seen, telling

        seen.connect()
        telling.connect()
