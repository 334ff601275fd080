from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        # The outbox handler and the duties register themselves in every process.
        from . import webhook_delivery  # noqa: F401
        from .actions import expiry_reminders, inspection_reminders, inspection_uploads  # noqa: F401
