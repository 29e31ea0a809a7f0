"""The registry as a Django application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The nouns everybody points at: units, enterprises, measures, facts, returns."""

    name = "qipan.registry"
    label = "registry"
