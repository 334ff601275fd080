"""Three approvals in a row, with Viewflow's own nodes, views, lock and permissions."""

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.flow import views

from .models import ApprovalProcess


class ApprovalFlow(flow.Flow):
    process_class = ApprovalProcess

    start = flow.StartHandle(this.begin).Next(this.approve_first)
    approve_first = (
        flow.View(views.UpdateProcessView.as_view(fields=["first"]))
        .Permission("stock.approve")
        .Next(this.check_first)
    )
    check_first = flow.If(this.first_approved).Then(this.approve_second).Else(this.end)
    approve_second = (
        flow.View(views.UpdateProcessView.as_view(fields=["second"]))
        .Permission("stock.approve")
        .Next(this.check_second)
    )
    check_second = flow.If(this.second_approved).Then(this.approve_third).Else(this.end)
    approve_third = (
        flow.View(views.UpdateProcessView.as_view(fields=["third"]))
        .Permission("stock.approve")
        .Next(this.check_third)
    )
    check_third = flow.If(this.third_approved).Then(this.end).Else(this.end)
    end = flow.End()

    def begin(self, activation, subject: str):
        activation.process.subject = subject
        return activation.process

    def first_approved(self, activation) -> bool:
        return activation.process.first

    def second_approved(self, activation) -> bool:
        return activation.process.second

    def third_approved(self, activation) -> bool:
        return activation.process.third
