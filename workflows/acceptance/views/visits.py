"""Pages on which inspectors are sent out and what they found is put together."""

from ...views.task import TaskView
from ..forms.opinions import SampleCheckForm, StepForm


class AssignInspectors(TaskView):
    """Choose who inspects, when and where."""

    form_class = StepForm


class SummarizeInspection(TaskView):
    """Wait for all inspectors of the round, then put together what they found."""

    form_class = StepForm


class AwaitSample(TaskView):
    """The proposal is on a list of the district's sample; the draw decides, nobody else."""

    form_class = StepForm


class CheckSample(TaskView):
    """The district's own visit, compared with the proposal."""

    form_class = SampleCheckForm
