"""The engine's task, saved only from the state in which it was read."""

from typing import Any, Self

from viewflow.workflow.models import Task


class StaleTask(Exception):
    """Somebody else moved the task on since it was read; nothing was changed."""

    def __init__(self, task: Task):
        super().__init__(task.pk)
        self.task_id = task.pk


class GuardedTask(Task):
    """A task whose updates compare and set: a lost update is an error, never an overwrite."""

    class Meta:
        proxy = True
        default_permissions = ()

    @classmethod
    def from_db(cls, *args: Any) -> Self:
        task = super().from_db(*args)
        task._read_status = task.__dict__.get("status")
        return task

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._read_status = self.status

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._read_status = self.status

    @classmethod
    def write(cls, tasks: "list[GuardedTask]") -> None:
        """Insert several new tasks by one statement."""
        for task in tasks:
            task.flow_task_type = task.flow_task.task_type
        cls.objects.bulk_create(tasks)
        for task in tasks:
            task._read_status = task.status

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> bool:
        if not super()._do_update(base_qs.filter(status=self._read_status), *args, **kwargs):
            raise StaleTask(self)
        return True
