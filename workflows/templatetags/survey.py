"""What the pages of surveys need beside their context."""

from collections import defaultdict

from django import template
from django.utils.translation import gettext as _

from orgs.models import Survey, Visit
from orgs.rules.masking import masked_phone
from orgs.rules.survey import Suggestion, suggest_classification
from records.models import StoredFile

register = template.Library()
register.filter(masked_phone)
COMPARED_VISITS = 2


@register.simple_tag
def survey_visits(survey: Survey) -> list[dict]:
    """The visits of a survey, oldest first, each with its files; two statements."""
    visits = list(survey.visits.select_related("by"))
    files = defaultdict(list)
    about = {"about_type": Visit._meta.label_lower, "about_id__in": [visit.pk for visit in visits]}
    for file in StoredFile.objects.filter(**about).order_by("pk") if visits else []:
        files[file.about_id].append(file)
    return [{"visit": visit, "files": files[visit.pk]} for visit in visits]


@register.simple_tag
def register_comparison(survey: Survey, visits: list[dict]) -> dict:
    """The figures of the register beside those of the last visits that found the unit, line by line."""
    found = [row["visit"] for row in visits if row["visit"].found][-COMPARED_VISITS:]
    lines = []
    for key in ("employees", "youth", "members", "party_members", "party_organization"):
        before = getattr(survey.unit, key)
        values = [getattr(visit, key) for visit in found]
        cells = [{"text": _blank(value), "differs": value != before} for value in values]
        label = Visit._meta.get_field(key).verbose_name
        lines.append({"label": label, "register": _blank(before), "cells": cells})
    return {"visits": found, "lines": lines}


def _blank(value: int | str) -> int | str:
    return _("无") if value == "" else value


@register.simple_tag
def survey_suggestion(survey: Survey, visits: list[dict]) -> Suggestion | None:
    """What the last visit's figures suggest under the rules of the survey, None before a visit."""
    if not visits:
        return None
    last = visits[-1]["visit"]
    return suggest_classification(
        found=last.found, youth=last.youth, members=last.members, rules=survey.rules
    )
