"""What people do with a task besides deciding it: hand it on, ask for a co-signature, copy it, urge it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .decision import Outcome


class CaseEvent(models.Model):
    """One use of a handling tool on a case, for its timeline. Append-only, and in the audit chain.

    ``urged_on`` is the working day to which an urge counts: a task is urged at most once on each.
    """

    class Kind(models.TextChoices):
        REASSIGNED = "reassigned", _("转办")
        COSIGN_ASKED = "cosign_asked", _("加签")
        COSIGN_CALLED_OFF = "cosign_called_off", _("撤销加签")
        COPIED = "copied", _("抄送")
        URGED = "urged", _("催办")
        ESCALATED = "escalated", _("逾期上报")

    case = models.ForeignKey("workflows.Case", on_delete=models.PROTECT, related_name="events")
    task = models.ForeignKey("viewflow.Task", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=40, blank=True)
    by_role = models.CharField(max_length=120, blank=True)
    to_names = models.CharField(_("对象"), max_length=400, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    urged_on = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["task", "urged_on"], name="urged_once_a_working_day")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class CaseCopy(models.Model):
    """A case copied to a person (抄送), with the moment at which they opened it."""

    case = models.ForeignKey("workflows.Case", on_delete=models.PROTECT, related_name="copies")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="case_copies",
        verbose_name=_("抄送人"),
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("说明"), max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    class Meta:
        verbose_name = _("抄送")
        verbose_name_plural = _("抄送")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["to", "-id"], name="case_copy_to")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_id}"


class CoSign(models.Model):
    """A request for co-signatures on a task (加签), before its holder decides or after.

    ``all`` waits for everybody at once, ``any`` for the first, ``in_turn`` asks one after the other. An objection
    ends ``all`` and ``in_turn``. After an objection to a decision already taken, the task comes back to its holder.
    """

    class Mode(models.TextChoices):
        ALL = "all", _("会签（全部同意）")
        ANY = "any", _("或签（任一人同意）")
        IN_TURN = "in_turn", _("依次会签")

    class State(models.TextChoices):
        PLANNED = "planned", _("待本环节办理后发出")
        OPEN = "open", _("会签中")
        AGREED = "agreed", _("会签通过")
        OBJECTED = "objected", _("会签未通过")
        CALLED_OFF = "called_off", _("已撤销")

    case = models.ForeignKey("workflows.Case", on_delete=models.PROTECT, related_name="cosigns")
    task = models.ForeignKey("viewflow.Task", on_delete=models.PROTECT, related_name="cosigns")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    after = models.BooleanField(_("办理后加签"), default=False)
    mode = models.CharField(_("方式"), max_length=8, choices=Mode)
    question = models.CharField(_("征求意见的内容"), max_length=300)
    state = models.CharField(_("状态"), max_length=12, choices=State)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("加签")
        verbose_name_plural = _("加签")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(state__in=["planned", "open"]),
                name="one_cosign_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.mode} {self.state}"

    @property
    def tone(self) -> str:
        """Colour of its tag on a page."""
        return {self.State.AGREED: "ok", self.State.OBJECTED: "bad", self.State.CALLED_OFF: "mute"}.get(
            self.State(self.state), "wait"
        )

    def result(self) -> "CoSign.State | None":
        """What the signatures so far amount to; None while others must be heard."""
        signers = self.signers.order_by("position")
        given = list(signers.values_list("task__decision__outcome", flat=True))
        agreed, objected = given.count(Outcome.APPROVED), given.count(Outcome.OBJECTED)
        decisive = agreed if self.mode == self.Mode.ANY else objected
        if decisive:
            return self.State.AGREED if self.mode == self.Mode.ANY else self.State.OBJECTED
        if agreed + objected == len(given):
            return self.State.OBJECTED if self.mode == self.Mode.ANY else self.State.AGREED
        return None


class CoSigner(models.Model):
    """One person asked for a co-signature; ``task`` is theirs from the moment at which it is their turn."""

    cosign = models.ForeignKey(CoSign, on_delete=models.PROTECT, related_name="signers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    task = models.OneToOneField("viewflow.Task", on_delete=models.PROTECT, null=True, related_name="cosigner")

    class Meta:
        verbose_name = _("会签人")
        verbose_name_plural = _("会签人")
        ordering = ["position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cosign", "person"], name="cosigner_asked_once")]

    def __str__(self) -> str:
        return f"{self.cosign_id} {self.person_id}"
