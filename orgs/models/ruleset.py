"""Dated rules: whatever differs by year or district is data, frozen into a case when it starts."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoRuleSet(LookupError):
    """No rule set is valid on the day asked for."""


class RuleSetQuerySet(models.QuerySet):
    def valid(self, subject: str, on: dt.date) -> "RuleSet":
        """The newest set of ``subject`` that is in force ``on`` a day. Raises :class:`NoRuleSet`."""
        found = self.filter(subject=subject, valid_from__lte=on).order_by("-valid_from", "-pk").first()
        if found is None:
            raise NoRuleSet(_("%(day)s 没有生效的规则，请联系系统管理员加载规则集。") % {"day": on})
        return found


class RuleSet(models.Model):
    """A version of the rules of one subject (``founding``); rows are never changed, a change is a new row.

    ``sources`` names source and confidence of each key (RULES sections 2 and 12).
    """

    subject = models.CharField(_("适用事项"), max_length=20)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    valid_from = models.DateField(_("生效日期"))
    data = models.JSONField()
    sources = models.JSONField(default=dict, blank=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("规则集")
        verbose_name_plural = _("规则集")
        ordering = ["subject", "valid_from"]

    def __str__(self) -> str:
        return self.name
