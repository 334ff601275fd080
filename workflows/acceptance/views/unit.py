"""The pages of the unit: self-assessment, answer, rectification, appeal."""

from ...views.task import TaskView


class AssessSelf(TaskView):
    """Assess oneself by the standard, with two signatures."""


class AnswerFindings(TaskView):
    """Answer what the inspectors found."""


class RectifyItems(TaskView):
    """Say how each failed item was put right."""


class FileAppeal(TaskView):
    """Appeal against failure, or accept it."""
