"""Rules of the survey: which classification the figures of a visit suggest (RULES section 2 and 10 P1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..enums import Classification


@dataclass(frozen=True)
class Suggestion:
    """A classification with the rule that leads to it, in the reader's language. A person decides."""

    classification: Classification
    reason: str


def suggest_classification(*, found: bool, youth: int, members: int, rules: Mapping[str, Any]) -> Suggestion:
    """What the figures suggest under a rule set (``min_members.branch``, ``min_youth_for_cultivation``)."""
    least, enough = rules["min_members"]["branch"], rules["min_youth_for_cultivation"]
    values = {"members": members, "youth": youth, "least": least, "enough": enough}
    if not found:
        return Suggestion(Classification.GONE, _("走访时单位不在登记地址经营。"))
    if members >= least:
        return Suggestion(
            Classification.READY_STANDALONE,
            _("团员 %(members)d 人，达到独立建团的 %(least)d 人。") % values,
        )
    if youth >= enough:
        return Suggestion(
            Classification.CULTIVATE,
            _("团员 %(members)d 人，不足 %(least)d 人；青年 %(youth)d 人，达到 %(enough)d 人，宜先发展团员。")
            % values,
        )
    if youth > 0:
        return Suggestion(
            Classification.READY_JOINT,
            _(
                "团员 %(members)d 人，不足 %(least)d 人；青年 %(youth)d 人，不足 %(enough)d 人，宜与就近单位联合。"
            )
            % values,
        )
    return Suggestion(Classification.NOT_SUITABLE, _("没有 35 岁以下青年，暂不具备建团条件。"))
