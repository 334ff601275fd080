from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self):
        from . import checks, notify  # noqa: F401 - register checks and outbox handlers
