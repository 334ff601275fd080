from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        # System checks, what backs the audit log, and the outbox handlers register themselves in every process.
        from . import bulk, checks, deadlines, decisions, drafts, notify, orphans, titles, webhook_events  # noqa: F401
        from .acceptance import sampling  # noqa: F401
