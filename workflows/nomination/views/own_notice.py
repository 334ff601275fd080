"""The text of the notice in the own unit, to print and put up."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.models import Nomination
from orgs.access import SIGNED_IN, PersonRequest
from orgs.permissions import Refused, Verdict

from ...views.case import visible_case


@method_decorator(never_cache, name="dispatch")
class OwnNoticeText(View):
    """One page with what the colleagues of a nominee may know, the period, and where to say something."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, case_id: int) -> HttpResponse:
        case = visible_case(request, case_id)
        nomination = case.artifact
        if not isinstance(nomination, Nomination) or nomination.own_notice_to is None:
            raise Refused(Verdict(False, _("本事项没有本单位公示。"), _("评选推荐提交后，在这里打印公示。")))
        context = {
            "case": case,
            "nomination": nomination,
            "campaign": nomination.honour.campaign,
            "days": nomination.rules["own_notice_days"],
            "today": timezone.localdate(),
            "nav_key": "desk",
        }
        return render(request, "workflows/nomination/own_notice_text.html", context)
