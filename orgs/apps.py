from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        # The outbox handler registers itself in every process.
        from . import webhook_delivery  # noqa: F401
