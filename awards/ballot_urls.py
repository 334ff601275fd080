"""Addresses of the votes of a review."""

from django.urls import path

from .views import ballots

_REVIEW = "awards/honours/<int:honour_id>/"

urlpatterns = [
    path(f"{_REVIEW}ballots/", ballots.BallotsPage.as_view(), name="ballots"),
    path(f"{_REVIEW}ballots/cast/", ballots.CastBallots.as_view(), name="cast_ballots"),
    path(f"{_REVIEW}ballots/open/", ballots.OpenVote.as_view(), name="open_vote"),
    path(f"{_REVIEW}ballots/<int:number>/close/", ballots.CloseVote.as_view(), name="close_vote"),
    path(f"{_REVIEW}ballots/<int:number>/count/", ballots.CountVote.as_view(), name="count_vote"),
    path(f"{_REVIEW}ballots/tie/", ballots.SettleTie.as_view(), name="settle_tie"),
    path(f"{_REVIEW}minutes.pdf", ballots.Minutes.as_view(), name="review_minutes"),
]
