"""Seal images of issuers: versions that are added and withdrawn, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .document import IssuerType


class Seal(models.Model):
    """One version of an issuer's seal. Documents keep the version that they were issued with.

    Only the withdrawal may be added to a row. The image lies in the default storage under its fingerprint.
    """

    issuer_type = models.CharField(
        _("发文主体类型"), max_length=16, choices=IssuerType, default=IssuerType.ORGANIZATION
    )
    issuer_id = models.PositiveBigIntegerField(_("发文主体"))
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    valid_from = models.DateField(_("启用日期"))
    uploaded_by_id = models.PositiveBigIntegerField(_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    withdrawn_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    withdrawn_by_id = models.PositiveBigIntegerField(_("停用操作人"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("停用原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("电子印章")
        ordering = ["-valid_from", "-pk"]
        indexes = [models.Index(fields=["issuer_type", "issuer_id", "-valid_from"], name="seal_of_issuer")]

    def __str__(self) -> str:
        return f"{self.issuer_type}:{self.issuer_id} {self.valid_from}"

    @property
    def storage_name(self) -> str:
        """Where the image is kept in the default storage."""
        return seal_path(self.sha256)


def seal_path(sha256: str) -> str:
    """The place of an image in the default storage, by its fingerprint."""
    return f"seals/{sha256}.png"
