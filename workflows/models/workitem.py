"""The desk's own row: one narrow row per human task, the only thing that lists read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.enums import Role


class WorkItem(models.Model):
    """A human task as the desk shows it; written in the task's own transaction.

    The queue of a post is (role, organization) or (role, unit): exact keys, so that a page of it is one index range
    however many tasks there are. Titles are copied so that a list joins nothing.
    """

    task = models.OneToOneField(
        "viewflow.Task", on_delete=models.PROTECT, primary_key=True, related_name="work_item"
    )
    case = models.ForeignKey("workflows.Case", on_delete=models.PROTECT, related_name="work_items")
    flow = models.CharField(max_length=20)
    node = models.CharField(max_length=40)
    role = models.CharField(max_length=24, choices=Role)
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="work_items"
    )
    open = models.BooleanField(default=True)
    due_on = models.DateField(_("办理时限"))
    # Working days of the term; None for a term that ends on a fixed day, which no change of the calendar moves.
    term_days = models.PositiveSmallIntegerField(null=True)
    # The smallest number of working days before the deadline at which a reminder went out.
    reminded = models.SmallIntegerField(null=True)
    escalated_to = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("上报至")
    )
    urged_at = models.DateTimeField(_("催办时间"), null=True)
    created_at = models.DateTimeField(_("到达时间"))
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=40)
    unit_name = models.CharField(max_length=120)
    note = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("工作项")
        verbose_name_plural = _("工作项")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization=None, unit__isnull=False)
                | models.Q(organization__isnull=False, unit=None),
                name="work_item_has_one_place",
            )
        ]
        indexes = [
            models.Index(fields=["due_on", "task"], condition=models.Q(open=True), name="work_item_due"),
            models.Index(
                fields=["escalated_to", "due_on", "task"],
                condition=models.Q(open=True, escalated_to__isnull=False),
                name="work_item_escalated",
            ),
            models.Index(
                fields=["owner", "due_on", "task"], condition=models.Q(open=True), name="work_item_todo"
            ),
            models.Index(
                fields=["role", "organization", "due_on", "task"],
                condition=models.Q(open=True, owner=None),
                name="work_item_claim_organization",
            ),
            models.Index(
                fields=["role", "unit", "due_on", "task"],
                condition=models.Q(open=True, owner=None, unit__isnull=False),
                name="work_item_claim_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.node}"

    @property
    def where(self) -> dict[str, int]:
        """The organization or unit in whose queue the task lies, as a filter of posts."""
        place = {"organization_id": self.organization_id, "unit_id": self.unit_id}
        return {name: key for name, key in place.items() if key is not None}
