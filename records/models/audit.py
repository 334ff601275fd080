"""The audit log: append-only, one hash chain per organization or unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditChain(models.Model):
    """The head of one chain. Its row is the lock that orders the entries; the entries themselves are the record."""

    key = models.CharField(max_length=40, primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("审计链")
        verbose_name_plural = _("审计链")

    def __str__(self) -> str:
        return f"{self.key} ({self.length})"


class AuditEntry(models.Model):
    """One event. Rows can be added, in order, and nothing else: database triggers refuse the rest.

    ``personal`` may be erased on request without breaking the chain: the hash covers only its salted commitment.
    """

    chain = models.CharField(max_length=40)
    sequence = models.PositiveBigIntegerField()
    event = models.CharField(_("事件"), max_length=40)
    at = models.DateTimeField(_("时间"))
    by_id = models.BigIntegerField(_("操作人"), null=True)
    about = models.CharField(_("对象"), max_length=40)
    data = models.JSONField(_("内容"))
    commitment = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_chain_sequence")]
        indexes = [models.Index(fields=["about"], name="audit_about")]

    def __str__(self) -> str:
        return f"{self.chain}#{self.sequence} {self.event}"


class AuditPersonal(models.Model):
    """The personal part of an entry, apart from the chain so that it can be erased."""

    entry = models.OneToOneField(
        AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="personal"
    )
    salt = models.CharField(max_length=32)
    data = models.JSONField()

    class Meta:
        verbose_name = _("审计记录的个人信息")
        verbose_name_plural = _("审计记录的个人信息")

    def __str__(self) -> str:
        return str(self.entry_id)


class LogHead(models.Model):
    """The signed Merkle head over all chains of a day, also kept outside the database."""

    day = models.DateField(_("日期"), unique=True)
    chains = models.PositiveIntegerField(_("链数"))
    entries = models.PositiveBigIntegerField(_("记录数"))
    root = models.CharField(max_length=64)
    leaves = models.JSONField()
    signature = models.CharField(max_length=128)
    at = models.DateTimeField(_("签署时间"))

    class Meta:
        verbose_name = _("每日链首")
        verbose_name_plural = _("每日链首")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"
