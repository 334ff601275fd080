"""Whether a fact from a phone has the shape that it must have; only what is malformed is refused, with the reason."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from records.audit import canonical

from .acceptance import items_of
from .inspection_facts import FINISH, PHOTO, SIGNATURE, VETO, Recorded

MAX_FACT_BYTES = 4096
# The end of a visit names every fact of it.
MAX_FINISH_BYTES = 256 * 1024
MAX_SUPERSEDED = 100
MAX_DEPTH = 5
YEARS = range(1970, 9000)
RESULTS = ("met", "unmet", "na")
POINTS = re.compile(r"\d{1,3}(\.[05]0?)?")
SHA256 = re.compile(r"[0-9a-f]{64}")
# What no database keeps as text: the null character (escaped in JSON), and halves of a surrogate pair.
UNSTORABLE = re.compile("[\ud800-\udfff]|(?<!\\\\)(?:\\\\\\\\)*\\\\u0000")


class Malformed(ValueError):
    """The fact cannot be kept; the message says why, for the inspector."""


@dataclass(frozen=True)
class Checked:
    """A fact in its stored form, with the time on the phone."""

    fact: Recorded
    recorded_at: dt.datetime


@dataclass(frozen=True)
class Codes:
    """What a frozen standard knows: the full points of each item, and its veto items."""

    full: dict[str, Decimal]
    vetoes: frozenset[str]
    mandatory: frozenset[str]

    @classmethod
    def of(cls, standard: Mapping[str, Any]) -> "Codes":
        items = items_of(standard)
        return cls(
            full={item["code"]: Decimal(str(item["points"])) for item in items},
            vetoes=frozenset(one["code"] for one in standard["vetoes"]),
            mandatory=frozenset(item["code"] for item in items if item["mandatory"]),
        )


def check_fact(raw: Any, codes: Codes) -> Checked:
    """The fact in its stored form. Raises Malformed."""
    if not isinstance(raw, dict):
        raise Malformed(_("记录格式不正确，请更新应用后重新发送。"))
    name = uuid_of(raw.get("uuid"))
    key, value, gone = raw.get("key"), raw.get("value"), raw.get("supersedes", [])
    if not name or not isinstance(key, str) or not (value is None or isinstance(value, dict)):
        raise Malformed(_("记录缺少编号、项目或内容，请更新应用后重新发送。"))
    _require_size(key, value, raw)
    superseded = [uuid_of(one) for one in gone] if isinstance(gone, list) else [""]
    if "" in superseded or name in superseded or len(superseded) > MAX_SUPERSEDED:
        raise Malformed(_("记录所取代的编号不正确，请在手机上重新填写该项。"))
    at = moment_of(raw.get("recorded_at"))
    if at is None:
        raise Malformed(_("记录时间不正确，请检查手机的日期和时间后重新填写该项。"))
    _check_value(key, value, codes)
    return Checked(Recorded(name, key, value, tuple(superseded)), at)


def uuid_of(text: Any) -> str:
    """A uuid in lower case with hyphens, empty when it is none."""
    if not isinstance(text, str) or len(text) > 40:
        return ""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def moment_of(text: Any) -> dt.datetime | None:
    """A moment in ISO 8601; without a zone it is meant locally. None for what is none or no database keeps."""
    try:
        at = parse_datetime(text) if isinstance(text, str) else None
        if at is None or at.year not in YEARS:
            return None
        return timezone.make_aware(at) if timezone.is_naive(at) else at
    except (ValueError, OverflowError):
        return None


def _require_size(key: str, value: Any, raw: dict[str, Any]) -> None:
    if _is_deeper(raw, MAX_DEPTH):
        raise Malformed(_("记录格式不正确，请更新应用后重新发送。"))
    limit = MAX_FINISH_BYTES if key == FINISH else MAX_FACT_BYTES
    text = canonical([key, value, raw.get("supersedes")])
    if UNSTORABLE.search(text) or len(key) > 60:
        raise Malformed(_("记录含有无法保存的字符，请在手机上重新填写该项。"))
    if len(text.encode()) > limit:
        raise Malformed(_("一条记录不能超过 %(limit)d KB，请缩短说明后重新填写。") % {"limit": limit // 1024})


def _is_deeper(value: Any, most: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most < 0 or any(_is_deeper(one, most - 1) for one in inner)


def _check_value(key: str, value: dict[str, Any] | None, codes: Codes) -> None:
    """Null withdraws what was said about any key."""
    photo = uuid_of(key.removeprefix(PHOTO)) if key.startswith(PHOTO) else ""
    veto = key.removeprefix(VETO) if key.startswith(VETO) else ""
    if key in codes.full:
        _check_item(key, value, codes.full[key])
    elif veto in codes.vetoes:
        _require(value, veto, lambda one: isinstance(one.get("flagged"), bool) and _text(one, "note"))
    elif photo:
        _require(value, _("照片"), lambda one: _is_photo(one, codes))
    elif key == SIGNATURE:
        _require(value, _("签名"), _is_signature)
    elif key == "arrival":
        _require(value, _("到达"), lambda one: moment_of(one.get("at")) is not None and _is_place(one))
    elif key == "note":
        _require(value, _("备注"), lambda one: isinstance(one.get("text"), str))
    elif key == FINISH:
        _require(value, _("结束验收"), _is_end)
    else:
        raise Malformed(_("验收标准中没有项目“%(key)s”，请更新应用后重新填写。") % {"key": key})


def _require(value: dict[str, Any] | None, name: str, holds: Any) -> None:
    if value is not None and not holds(value):
        raise Malformed(_("“%(name)s”的记录内容不完整，请在手机上重新填写。") % {"name": name})


def _check_item(code: str, value: dict[str, Any] | None, full: Decimal) -> None:
    if value is None:
        return
    points = value.get("points")
    if value.get("result") not in RESULTS or not _text(value, "note"):
        raise Malformed(_("项目%(code)s没有选择是否达标，请重新填写。") % {"code": code})
    if not isinstance(points, str) or not POINTS.fullmatch(points) or Decimal(points) > full:
        raise Malformed(
            _("项目%(code)s的得分应在0到%(full)s分之间，以0.5分为单位，请重新填写。")
            % {"code": code, "full": full}
        )


def _text(value: dict[str, Any], key: str) -> bool:
    return isinstance(value.get(key, ""), str)


def _number(value: Any, low: float, high: float) -> bool:
    return value is None or (type(value) in (int, float) and low <= value <= high)


def _is_place(value: dict[str, Any]) -> bool:
    """A place is optional: indoors there is often none."""
    return (
        _number(value.get("lat"), -90, 90)
        and _number(value.get("lon"), -180, 180)
        and _number(value.get("accuracy"), 0, 1e8)
    )


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def _is_photo(value: dict[str, Any], codes: Codes) -> bool:
    return (
        _is_sha256(value.get("sha256"))
        and value.get("item", "") in ("", *codes.full)
        and all(_number(value.get(name), 0, 1e9) for name in ("size", "width", "height"))
        and _text(value, "caption")
        and _is_place(value)
    )


def _is_signature(value: dict[str, Any]) -> bool:
    if value.get("refused") is True:
        return _text(value, "reason")
    return _is_sha256(value.get("sha256")) and _text(value, "name") and _text(value, "role")


def _is_end(value: dict[str, Any]) -> bool:
    named = value.get("facts")
    return isinstance(named, list) and all(uuid_of(one) == one for one in named)
