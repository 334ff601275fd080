"""Desk, cases, tasks, and how flows begin."""

from django.urls import path

from .founding.starting import StartFounding
from .views.case import CaseDetail
from .views.task import PerformTask, WithdrawCase

urlpatterns = [
    path("cases/<int:case_id>/", CaseDetail.as_view(), name="case"),
    path("cases/<int:case_id>/tasks/<int:task_id>/", PerformTask.as_view(), name="task"),
    path("cases/<int:case_id>/tasks/<int:task_id>/withdraw/", WithdrawCase.as_view(), name="withdraw"),
    path("units/<int:unit_id>/founding/", StartFounding.as_view(), name="start_founding"),
]
