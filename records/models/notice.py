"""Notices: what a person is told inside the application."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """A message to one person. ``kind`` and ``context`` are stored, the text is made in the reader's language."""

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices", verbose_name=_("收件人")
    )
    kind = models.CharField(_("类型"), max_length=30)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True)
    # Waits for the daily summary of the person; until it is promised.
    awaits_digest = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["to"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["to", "id"], condition=models.Q(awaits_digest=True), name="notice_awaits_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_id}"


class NoticePreference(models.Model):
    """How a person wants one group of notices by e-mail; without a row the group's default holds."""

    class Email(models.TextChoices):
        NOW = "now", _("逐条发送")
        DIGEST = "digest", _("每日汇总")
        NONE = "none", _("不发邮件")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    group = models.CharField(max_length=20)
    email = models.CharField(_("邮件"), max_length=8, choices=Email)

    class Meta:
        verbose_name = _("消息设置")
        verbose_name_plural = _("消息设置")
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="notice_preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group} {self.email}"
