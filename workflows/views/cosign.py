"""Giving a co-signature."""

from django.utils.translation import gettext as _

from ..models import CoSign, Outcome
from .task import TaskView


class GiveCoSignature(TaskView):
    """Agree or object, with an opinion; an objection needs its reason."""

    template_name = "workflows/cosign.html"

    def extra_context(self) -> dict:
        return {"request_to_sign": CoSign.objects.select_related("by").get(signers__task=self.task)}

    def done_message(self, outcome: Outcome) -> str:
        return _("会签意见已提交：%(outcome)s。") % {"outcome": outcome.label}
