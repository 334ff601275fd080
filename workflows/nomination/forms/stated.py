"""The fields for what a unit states about a nominee; which of them are asked for, the rules of the honour say."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from awards.rules.eligibility import KINDS
from orgs.enums import Gender, PoliticalStatus

from ...fields import Count, Day, Text


def asked_facts(rules: Iterable[Mapping[str, Any]]) -> set[str]:
    """The facts that rules of eligibility read."""
    return {fact for rule in rules for fact in (*KINDS[rule["kind"]].facts, rule.get("fact", ""))}


def person_fields() -> dict[str, forms.Field]:
    """What is stated about a person, by the field of the nomination."""
    return {
        "person_name": Text(label=_("姓名"), max_length=40),
        "gender": forms.ChoiceField(
            label=_("性别"),
            choices=Gender.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("请选择性别。")},
        ),
        "born_on": Day(label=_("出生日期")),
        "political_status": forms.ChoiceField(
            label=_("政治面貌"),
            choices=[("", _("请选择")), *PoliticalStatus.choices],
            error_messages={"required": _("请选择政治面貌。")},
        ),
        "joined_on": Day(label=_("入团日期"), help_text=_("曾是团员的填写入团日期。")),
        "post_title": Text(label=_("职务"), max_length=60, help_text=_("在单位或团组织的职务或岗位。")),
        "post_since": Day(label=_("任职日期"), help_text=_("任现职或上岗的日期。")),
    }


def collective_fields() -> dict[str, tuple[str, forms.Field]]:
    """What may be asked about a group of people: the fact of the rules that wants it, and the field."""
    return {
        "headcount": ("headcount", Count(label=_("人数"), help_text=_("在岗人员总数。"))),
        "youth": ("youth", Count(label=_("35周岁以下人数"))),
        "leader_born_on": (
            "leaders_born_on",
            Day(label=_("负责人出生日期"), help_text=_("最年轻的一名负责人。")),
        ),
    }
