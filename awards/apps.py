from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "awards"

    def ready(self) -> None:
        # The duties register themselves in every process.
        from .actions import letter_reminders, notice_duties  # noqa: F401
