"""Saved views as a Django application."""

from django.apps import AppConfig


class SavedConfig(AppConfig):
    """Lists as somebody set them up: filters, order, columns, for whom."""

    name = "qipan.platform.saved"
    label = "saved"
