"""Uploaded files: what was stored, by whom and for what; the bytes lie in the default storage."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """An uploaded file as it was stored after its checks (images are re-encoded, so hash and size are
    ours).

    ``about_type`` and ``about_id`` name the row that it belongs to (``app.model`` and primary key);
    ``records`` imports no other app, so persons and subjects are kept by id.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("文件名"), max_length=150)
    content_type = models.CharField(_("文件类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, unique=True)
    purpose = models.CharField(_("用途"), max_length=40)
    uploaded_by_id = models.PositiveBigIntegerField(_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("上传文件")
        verbose_name_plural = _("上传文件")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["about_type", "about_id"], name="stored_file_about")]

    def __str__(self) -> str:
        return self.name
