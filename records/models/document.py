"""Issued documents, their status history and the registers of their numbers."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IssuerType(models.TextChoices):
    """Which table an issuer's id belongs to; ``records`` knows neither of them."""

    ORGANIZATION = "organization", _("团组织")
    UNIT = "unit", _("单位")


class NumberRegister(models.Model):
    """The last number given out by one issuer in one series and year (RULES section 10: gapless)."""

    issuer_type = models.CharField(
        _("发文主体类型"), max_length=16, choices=IssuerType, default=IssuerType.ORGANIZATION
    )
    issuer_id = models.PositiveBigIntegerField(_("发文主体"))
    series = models.CharField(_("编号序列"), max_length=32)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("最后序号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("发文编号簿")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer_type", "issuer_id", "series", "year"], name="number_register_one_per_series"
            )
        ]

    def __str__(self) -> str:
        return f"{self.issuer_type}:{self.issuer_id} {self.series} {self.year}: {self.last}"


class FrozenDocument(ValueError):
    """An issued document was to be changed. Supersede or revoke it instead."""


class DocumentQuerySet(models.QuerySet):
    """Refuses to change what an issued document says."""

    def update(self, **fields: Any) -> int:
        refuse_frozen(fields)
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise FrozenDocument("Issued documents are never deleted; revoke them.")


class Document(models.Model):
    """A numbered document with frozen content. Only its status and the fingerprint of its file may change."""

    class Status(models.TextChoices):
        VALID = "valid", _("有效")
        REVOKED = "revoked", pgettext_lazy("document", "已撤销")  # an organization is dissolved
        SUPERSEDED = "superseded", _("已被替代")

    MUTABLE = frozenset({"status", "status_at", "sha256"})

    public_code = models.CharField(
        _("核验码"), max_length=12, unique=True, validators=[RegexValidator("^[0-9A-HJKMNP-TV-Z]{12}$")]
    )
    kind = models.CharField(_("文种"), max_length=32)
    number = models.CharField(_("编号"), max_length=80)
    issuer_type = models.CharField(
        _("发文主体类型"), max_length=16, choices=IssuerType, default=IssuerType.ORGANIZATION
    )
    issuer_id = models.PositiveBigIntegerField(_("发文主体"))
    issuer_name = models.CharField(_("发文机关"), max_length=120)
    series = models.CharField(_("编号序列"), max_length=32)
    year = models.PositiveSmallIntegerField(_("年份"))
    serial = models.PositiveIntegerField(_("序号"))
    title = models.CharField(_("标题"), max_length=400)
    content = models.JSONField(_("内容"))
    template_version = models.CharField(_("版式版本"), max_length=16)
    issued_on = models.DateField(_("成文日期"))
    issued_by_id = models.PositiveBigIntegerField(_("签发操作人"))
    about_type = models.CharField(_("事项类型"), max_length=32)
    about_id = models.PositiveBigIntegerField(_("事项"))
    unit_id = models.PositiveBigIntegerField(_("涉及单位"), null=True, blank=True, db_index=True)
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("替代的文件"),
    )
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.VALID)
    status_at = models.DateTimeField(_("状态变更时间"), null=True, blank=True)
    sha256 = models.CharField(_("文件指纹"), max_length=64, blank=True, default="")
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer_type", "issuer_id", "series", "year", "serial"], name="document_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="document_about"),
            models.Index(fields=["issuer_type", "issuer_id", "year", "id"], name="document_register"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, or save the mutable fields named in ``update_fields``."""
        if self.pk and not self._state.adding:
            refuse_frozen(kwargs.get("update_fields") or {field.name for field in self._meta.concrete_fields})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise FrozenDocument("Issued documents are never deleted; revoke them.")

    @property
    def grouped_code(self) -> str:
        """The public code as it is printed: three groups of four."""
        return "-".join(self.public_code[at : at + 4] for at in (0, 4, 8))

    @property
    def storage_name(self) -> str:
        """Where the rendered file is kept in the default storage."""
        return f"documents/{self.year}/{self.public_code}.pdf"


def refuse_frozen(fields: Iterable[str]) -> None:
    """Raise FrozenDocument when ``fields`` names anything but the mutable ones."""
    if frozen := set(fields) - Document.MUTABLE:
        raise FrozenDocument(
            f"Issued documents do not change ({', '.join(sorted(frozen))}); supersede or revoke."
        )


class DocumentStatus(models.Model):
    """One change of a document's status; rows are only ever added."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="history", verbose_name=_("文件"))
    status = models.CharField(_("状态"), max_length=12, choices=Document.Status)
    reason = models.CharField(_("原因"), max_length=500)
    by_id = models.PositiveBigIntegerField(_("操作人"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("文件状态记录")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.status} {self.at:%Y-%m-%d}"
