"""Print runs of many documents: what was ordered, how far it is, and where the files are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PrintBatch(models.Model):
    """An order to print many documents of an organization's register; ``chunks`` hold the documents of the moment.

    ``attempt`` grows when what failed is tried again; ``leaves`` counts pages of the print file. Files are kept until
    ``expires_at``.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("制作中")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("已过期")

    issuer_id = models.PositiveBigIntegerField(_("发文团组织"))
    kind = models.CharField(_("文种"), max_length=32)
    year = models.PositiveSmallIntegerField(_("年份"))
    first = models.PositiveIntegerField(_("起始序号"), null=True, blank=True)
    last = models.PositiveIntegerField(_("截止序号"), null=True, blank=True)
    total = models.PositiveIntegerField(_("份数"))
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.RUNNING)
    attempt = models.PositiveIntegerField(default=1)
    created_by_id = models.PositiveBigIntegerField(_("制作人"))
    created_at = models.DateTimeField(_("提交时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    expires_at = models.DateTimeField(_("保留至"), null=True, blank=True)
    leaves = models.PositiveIntegerField(_("页数"), default=0)
    print_size = models.PositiveBigIntegerField(_("打印文件大小"), default=0)
    archive_size = models.PositiveBigIntegerField(_("压缩包大小"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("打印批次")
        indexes = [models.Index(fields=["issuer_id", "-id"], name="print_batch_of_issuer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} #{self.pk}"

    @property
    def print_file(self) -> str:
        """Where the print file is kept in the default storage."""
        return f"print/{self.pk}/print.pdf"

    @property
    def archive_file(self) -> str:
        """Where the ZIP of the issued files is kept in the default storage."""
        return f"print/{self.pk}/documents.zip"


class PrintChunk(models.Model):
    """Some documents of a batch that are made in one go; made anew as a whole when the worker died.

    ``omitted`` lists numbers of documents that were no longer valid when their turn came.
    """

    batch = models.ForeignKey(PrintBatch, models.CASCADE, related_name="chunks", verbose_name=_("打印批次"))
    position = models.PositiveIntegerField(_("次序"))
    documents = models.JSONField(_("文件"))
    is_made = models.BooleanField(_("已制作"), default=False)
    omitted = models.JSONField(_("未打印的编号"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("打印分段")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="print_chunk_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"

    @property
    def file(self) -> str:
        """Where the pages of this chunk wait for the others."""
        return f"print/{self.batch_id}/{self.position:05d}.pdf"
