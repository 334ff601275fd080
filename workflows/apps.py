from importlib import import_module

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        """Make known what backs the audit log and who handles the outbox, in every process alike."""
        for module in ("decisions", "notify"):
            import_module(f"workflows.{module}")
