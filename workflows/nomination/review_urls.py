"""Addresses at which the review of an honour ends, and begins again."""

from django.urls import path

from .views.concluding import ConcludeReview, ReopenReview

_REVIEW = "awards/honours/<int:honour_id>/review/"

urlpatterns = [
    path(f"{_REVIEW}conclude/", ConcludeReview.as_view(), name="conclude_review"),
    path(f"{_REVIEW}reopen/", ReopenReview.as_view(), name="reopen_review"),
]
