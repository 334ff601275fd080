"""The co-signature (加签): a task beside the steps of a process, opened by the holder of one of them."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation

from orgs.enums import Role
from orgs.models import Person
from orgs.permissions import Perm, can
from records import notices

from ..models import Case, CoSign, CoSigner, GuardedTask, Outcome, Side
from ..notify import case_url
from ..terms import Term
from .human import HumanActivation, HumanTask, Seat, seat_held

CLOSED_KIND = "cosign_closed"


@notices.shows("result")
def result_shown(value: str) -> str:
    """How a request ended, in the reader's language."""
    return str(CoSign.State(value).label)


class CoSignActivation(HumanActivation):
    """One signature. When it settles the request, the step that asked goes on."""

    @Activation.status.super()
    def create_next(self) -> Iterator[HumanActivation]:
        request = CoSign.objects.select_related("by").get(signers__task=self.task)
        node, case = self.flow_task, self.process
        if case.outcome == Outcome.WITHDRAWN:
            node.close(request, CoSign.State.CALLED_OFF, case)
            yield from node.go_on(request, self)
            return
        result = request.result()
        if result is None:
            if request.mode == CoSign.Mode.IN_TURN:
                yield node.ask(request.signers.filter(task=None)[0], self)
            return
        node.close(request, result, case)
        yield from node.go_on(request, self)


class CoSignStep(HumanTask):
    """Asks one person for an opinion. Who that is, in which post and until when, comes with the request (a Seat)."""

    activation_class = CoSignActivation

    def __init__(self) -> None:
        super().__init__(
            None,
            level="subdistrict",
            side=Side.COSIGNER,
            due=None,
            outcomes=(Outcome.APPROVED, Outcome.OBJECTED),
        )

    @property
    def view(self) -> Callable:
        # Imported late: views know flows, and a flow has this step by being a flow.
        from ..views.cosign import GiveCoSignature

        return GiveCoSignature

    def arrive(self, case: Case) -> None:
        """The case stays at the step that asked."""

    def _create(self, prev_activation: Any, token: str, data: Any = None, seed: Any = None) -> Any:
        return nodes.View._create(self, prev_activation, token, data=data, seed=seed)

    def open_for(self, request: CoSign, asking: HumanActivation) -> Iterator[CoSignActivation]:
        """Ask everybody whose turn it is."""
        signers = list(request.signers.select_related("person"))
        for signer in signers[:1] if request.mode == CoSign.Mode.IN_TURN else signers:
            yield self.ask(signer, asking)

    def ask(self, signer: CoSigner, before: HumanActivation) -> CoSignActivation:
        case = before.process
        activation = self._create(
            before, before.task.token, seed=self.seat_of(signer.person, case, timezone.localdate())
        )
        signer.task = activation.task
        signer.save(update_fields=["task"])
        request = signer.cosign
        notices.send(
            "cosign",
            to_id=signer.person_id,
            key=f"cosign:{signer.pk}",
            at=activation.task.created,
            url=case_url(case),
            case=str(case.title),
            by=request.by.name,
            question=request.question,
            due=activation.task.work_item.due_on.isoformat(),
        )
        return activation

    def seat_of(self, person: Person, case: Case, on: dt.date) -> Seat:
        """At the desk of the person's post over the case, so that a deputy of that post finds it."""
        post = can(person, Perm.VIEW_REGISTRY, case, on=on).post
        role = Role(post.role) if post else Role.SUBDISTRICT_HANDLER
        where = {"organization_id": (post and post.organization_id) or case.organization_id}
        return Seat(role, where, person.pk, self.term(case, on))

    def term(self, case: Case, on: dt.date) -> Term:
        flow = self.flow_class.instance
        return flow.working_days(on, flow.handling_rules(case)["cosign_working_days"])

    def close(self, request: CoSign, state: CoSign.State, case: Case) -> None:
        """End a request: whoever was not heard need not answer any more, and the asking step is free."""
        at = timezone.now()
        request.state, request.closed_at = state, at
        request.save(update_fields=["state", "closed_at"])
        open_tasks = GuardedTask.objects.filter(cosigner__cosign=request, finished=None)
        for task in open_tasks:
            task.process = case
            self.activation_class(task).cancel()
        asking = GuardedTask.objects.get(pk=request.task_id)
        if asking.data.pop("cosign", None):
            asking.save(update_fields=["data"])
        holder = request.by_id if asking.finished else asking.owner_id or request.by_id
        notices.send(
            CLOSED_KIND,
            to_id=holder,
            key=f"{CLOSED_KIND}:{request.pk}",
            at=at,
            url=case_url(case),
            case=str(case.title),
            result=str(request.state),
        )

    def go_on(self, request: CoSign, last: HumanActivation) -> Iterator[HumanActivation]:
        """After the asking step was decided: on along its flow, or back to it when somebody objected."""
        if not request.after:
            return
        case, asking = last.process, GuardedTask.objects.get(pk=request.task_id)
        node = asking.flow_task
        if request.state == CoSign.State.OBJECTED:
            # The earlier decision does not stand: its holder decides again, with the opinions at hand.
            yield node._create(last, last.task.token, seed=seat_held(asking, case, timezone.localdate()))
            return
        if case.outcome != Outcome.WITHDRAWN:
            case.outcome = asking.decision.outcome
            case.aim(node.name)
        yield node._next._create(last, last.task.token)
