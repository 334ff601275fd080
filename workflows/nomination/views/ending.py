"""Ending a nomination at whatever step it is: the nominee was dissolved, left the unit, died."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.models import Nomination
from orgs.access import PersonRequest, holding
from orgs.models import Person
from orgs.permissions import Perm, Refused, can
from records.uploads import UploadRefused, store_upload

from ...approvals import AlreadyDecided, may_see
from ...models import Case, Outcome, StaleTask
from ...returns import NotPossible
from ...views.task import CaseBusy, load_case, one_transaction, too_late
from ..forms.ending import EndingForm
from ..together import leave

PURPOSE = "ending_proof"


def may_end(case: Case, person: Person) -> bool:
    """Whether a person may end the nomination of a case: an organizer of the district, while it is open."""
    on = timezone.localdate()
    organizes = can(person, Perm.MANAGE_AWARDS, case.artifact.honour.campaign.organization, on=on)
    return case.is_open and bool(organizes) and bool(may_see(person, case, on=on))


@method_decorator(never_cache, name="dispatch")
class EndNomination(View):
    """With the reason and the paper that shows it; the case ends at once."""

    access = holding(Perm.MANAGE_AWARDS)

    def get(self, request: PersonRequest, case_id: int) -> HttpResponse:
        return self.show(request, self.load(request, case_id))

    def post(self, request: PersonRequest, case_id: int) -> HttpResponse:
        case = self.load(request, case_id)
        form = EndingForm(request.POST, request.FILES)
        try:
            with one_transaction():
                if form.is_valid():
                    self.end(request, case.artifact, form)
        except UploadRefused as problem:
            form.add_error("document", str(problem))
        except NotPossible as problem:
            form.add_error(None, str(problem))
        except (AlreadyDecided, StaleTask):
            return too_late(request, case_id, _("该事项刚刚有变动，请重新打开后再办理。"))
        except CaseBusy:
            return too_late(request, case_id, str(CaseBusy.message))
        if not form.is_valid():
            return self.show(request, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("“%(case)s”已终止。") % {"case": case.title})
        return HttpResponseRedirect(reverse("case", args=[case.pk]))

    def end(self, request: PersonRequest, nomination: Nomination, form: EndingForm) -> None:
        at = timezone.now()
        reason, file = form.cleaned_data["reason"], form.cleaned_data["document"]
        store_upload(file, purpose=PURPOSE, by_id=request.user.pk, about=nomination, at=at)
        leave(nomination, Outcome.ENDED, by=request.user, perm=Perm.MANAGE_AWARDS, at=at, reason=reason)

    def load(self, request: PersonRequest, case_id: int) -> Case:
        """A case of a nomination, if the person organizes there and may see it. Raises Http404, Refused."""
        case, on = load_case(case_id), timezone.localdate()
        if not (verdict := can(request.user, Perm.MANAGE_AWARDS, case, on=on)):
            raise Refused(verdict)
        if not isinstance(case.artifact, Nomination):
            raise Http404
        if not (seen := may_see(request.user, case, on=on)):
            raise Refused(seen)
        return case

    def show(
        self,
        request: PersonRequest,
        case: Case,
        form: EndingForm | None = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {
            "case": case,
            "nomination": case.artifact,
            "form": (form or EndingForm()) if case.is_open else None,
            "nav_key": "desk",
        }
        return render(request, "workflows/nomination/end.html", context, status=status)
