"""The process of the stock flow."""

from django.db import models
from viewflow.workflow.models import Process


class ApprovalProcess(Process):
    """One request that three people approve in turn."""

    subject = models.CharField(max_length=160)
    first = models.BooleanField(default=False)
    second = models.BooleanField(default=False)
    third = models.BooleanField(default=False)

    class Meta:
        app_label = "stock"
        permissions = [("approve", "may approve")]
