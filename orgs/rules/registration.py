"""Registration numbers of units (RULES.md section 7): three kinds, their shape and their check digits."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_10

from orgs.enums import NumberKind

_SEPARATORS = re.compile(r"[\s\-‐-―−_·.．﹣ー]+")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_USCC_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORGANIZATION_SHAPE = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class MalformedRegistrationNumber(ValueError):
    """The text is no registration number of any kind; the message (for the user) names the remedy."""


@dataclass(frozen=True)
class RegistrationNumber:
    """A well-formed number. ``ok`` is False when its check digit is wrong: that may be overridden with a
    reason, because real numbers with a wrong check digit are in circulation (RULES.md section 7)."""

    kind: NumberKind
    value: str
    ok: bool
    problem: str | None = None

    @property
    def organization_code(self) -> str | None:
        """The 9-character organization code inside a unified code, or the code itself; None for 15 digits."""
        if self.kind == NumberKind.CREDIT_CODE:
            return self.value[8:17]
        return self.value if self.kind == NumberKind.ORGANIZATION_CODE else None


def parse_registration_number(text: str) -> RegistrationNumber:
    """Reads a unified social credit code (18), a registration number (15 digits) or an organization code (9).

    Full-width characters, spaces, hyphens and lower case are normalised; the kind follows from the length.
    Raises MalformedRegistrationNumber when the text has the shape of none of them.
    """
    folded = unicodedata.normalize("NFKC", str(text)).strip().upper()
    if _SCIENTIFIC.fullmatch(folded):
        raise MalformedRegistrationNumber(
            _("号码“%(text)s”被表格改成了科学计数法。请把该列设为“文本”格式后重新填写完整号码。")
            % {"text": text}
        )
    value = _SEPARATORS.sub("", folded)
    if len(value) == 18:
        return _parse_uscc(value)
    if len(value) == 15:
        return _parse_registration(value)
    if len(value) == 9:
        return _parse_organization_code(value)
    raise MalformedRegistrationNumber(
        _("号码“%(text)s”有 %(count)d 位。请填写 18 位统一社会信用代码、15 位工商注册号或 9 位组织机构代码。")
        % {"text": text, "count": len(value)}
    )


def _parse_uscc(value: str) -> RegistrationNumber:
    if not _USCC_SHAPE.fullmatch(value):
        raise MalformedRegistrationNumber(_uscc_shape_message(value))
    expected = uscc.calc_check_digit(value[:17])
    if expected != value[-1] and ric.is_valid(value):
        raise MalformedRegistrationNumber(
            _("填写的是居民身份证号，不能作为单位的证照号码。请删除它，改填单位的统一社会信用代码。")
        )
    return _checked(NumberKind.CREDIT_CODE, value, expected)


def _uscc_shape_message(value: str) -> str:
    if ric.is_valid(value):
        return _("填写的是居民身份证号，不能作为单位的证照号码。请删除它，改填单位的统一社会信用代码。")
    confused = sorted(set(value) & set("IOZSV"))
    if confused:
        return _(
            "统一社会信用代码不使用字母 I、O、Z、S、V，但号码中有 %(letters)s。请核对证照，"
            "例如是否把数字 0 写成了 O、把 1 写成了 I。"
        ) % {"letters": _("、").join(confused)}
    return _(
        "“%(value)s”不是统一社会信用代码：第 3—8 位应为登记地区的 "
        "6 位数字，其余为数字或大写字母。请按证照重新填写。"
    ) % {"value": value}


def _parse_registration(value: str) -> RegistrationNumber:
    if not (value.isascii() and value.isdigit()):
        raise MalformedRegistrationNumber(
            _("15 位工商注册号只含数字，“%(value)s”中有其他字符。请按营业执照重新填写。") % {"value": value}
        )
    return _checked(NumberKind.REGISTRATION, value, mod_11_10.calc_check_digit(value[:14]))


def _parse_organization_code(value: str) -> RegistrationNumber:
    if not _ORGANIZATION_SHAPE.fullmatch(value):
        raise MalformedRegistrationNumber(
            _(
                "“%(value)s”不是组织机构代码：应为 8 位数字或大写字母加 "
                "1 位校验码（数字或 X）。请按代码证重新填写。"
            )
            % {"value": value}
        )
    return _checked(NumberKind.ORGANIZATION_CODE, value, organization_check_digit(value[:8]))


def organization_check_digit(body: str) -> str:
    """Check character (0-9 or X) of an 8-character organization code body, GB 11714 (no library has it)."""
    total = sum(int(char, 36) * weight for char, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _checked(kind: NumberKind, value: str, expected: str) -> RegistrationNumber:
    if value[-1] == expected:
        return RegistrationNumber(kind, value, True)
    problem = _(
        "号码“%(value)s”的校验码不对：最后一位应为 %(expected)s，填写的是 %(given)s。"
        "请核对证照；确实如此的，请说明理由后保留。"
    ) % {"value": value, "expected": expected, "given": value[-1]}
    return RegistrationNumber(kind, value, False, problem)
