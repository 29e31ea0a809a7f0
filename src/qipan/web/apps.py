"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """URLs, boards, templates, static files: lays out, computes nothing."""

    name = "qipan.web"
    label = "web"
