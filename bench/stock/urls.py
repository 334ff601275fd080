"""The stock flow under Viewflow's own addresses."""

from django.urls import path
from viewflow.workflow.flow import FlowViewset

from .flows import ApprovalFlow

urlpatterns = [path("approval/", FlowViewset(ApprovalFlow).urls)]
