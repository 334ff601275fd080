"""Days on which working time differs from the ordinary week."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """An exception to the ordinary week: a weekday off (public holiday) or a weekend day worked (调休上班).

    Everything else follows from Monday to Friday. Rows may be edited: the yearly notice of the State
    Council appears only late in the year before. ``source`` says where a row comes from, and whether it is
    provisional.
    """

    class Kind(models.TextChoices):
        OFF = "off", _("休息")
        WORK = "work", _("上班")

    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("类型"), max_length=4, choices=Kind)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=120)

    class Meta:
        verbose_name = _("日历例外")
        verbose_name_plural = _("日历例外")
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["off", "work"]), name="calendar_day_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
