"""The exchange as a Django application."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Tokens, webhooks and their deliveries."""

    name = "qipan.platform.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Decide who sees them."""
        from qipan.platform.exchange import seen  # noqa: F401 - registers itself
