"""District sample (区级抽查) of proposals: a committed seed, a closed list, a draw that anybody can repeat."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sample(models.Model):
    """One list of proposals from which the district draws at least ``fraction`` in each sub-district.

    ``seed`` (64 hexadecimal digits) stays secret until the draw; ``commitment``, its SHA-256, is on record and shown
    from the moment the list opens, before anybody knows what will be on it (docs/sampling.md).
    """

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="samples", verbose_name=_("区级团组织")
    )
    number = models.CharField(_("批次编号"), max_length=30, unique=True)
    fraction = models.CharField(_("抽查比例"), max_length=10)
    seed = models.CharField(max_length=64)
    commitment = models.CharField(_("种子承诺（SHA-256）"), max_length=64)
    opened_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("开始时间"))
    drawn_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("抽查批次")
        verbose_name_plural = _("抽查批次")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(drawn_at=None), name="sample_one_open"
            )
        ]

    def __str__(self) -> str:
        return self.number


class SampleEntry(models.Model):
    """One proposal on a list. ``rank`` is its place within its stratum by SHA-256(seed:case number), from 1."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="entries")
    acceptance = models.ForeignKey("orgs.Acceptance", on_delete=models.PROTECT, related_name="sample_entries")
    stratum = models.CharField(_("街镇"), max_length=24)
    case_number = models.CharField(_("事项编号"), max_length=30)
    borderline = models.BooleanField(_("临界必查"), default=False)
    joined_at = models.DateTimeField(_("列入时间"))
    rank = models.PositiveIntegerField(_("序位"), null=True)
    drawn = models.BooleanField(_("抽中"), null=True)

    class Meta:
        verbose_name = _("抽查名单")
        verbose_name_plural = _("抽查名单")
        ordering = ["stratum", "case_number"]
        constraints = [models.UniqueConstraint(fields=["sample", "acceptance"], name="sample_entry_unique")]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.case_number}"
