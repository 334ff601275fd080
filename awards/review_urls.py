"""Addresses of the committee and of the review of an honour."""

from django.urls import path

from .views import committee, conflicts, review, scoring

urlpatterns: list = [
    path("awards/<int:campaign_id>/committee/", committee.CommitteePage.as_view(), name="committee"),
    path(
        "awards/<int:campaign_id>/committee/<int:member_id>/leave/",
        committee.LeaveCommittee.as_view(),
        name="leave_committee",
    ),
    *(
        path(f"awards/honours/<int:honour_id>/{where}/", view.as_view(), name=name)
        for name, (where, view) in {
            "conflicts": ("conflicts", conflicts.ConflictsPage),
            "recusals": ("recusals", conflicts.RecusalsPage),
            "review": ("review", review.ReviewPage),
            "open_scoring": ("review/open-scoring", review.OpenScoring),
            "admit_nominees": ("review/admit", review.AdmitNominees),
            "close_scoring": ("review/close-scoring", review.CloseScoring),
            "reopen_scoring": ("review/reopen-scoring", review.ReopenScoring),
            "open_scores": ("review/open-scores", review.OpenScores),
            "review_results": ("review/results", scoring.ResultPage),
            "export_results": ("review/results/export", scoring.ExportResults),
            "scoring": ("scores", scoring.ScoreList),
            "hand_in_scores": ("scores/hand-in", scoring.HandInScores),
            "score_sheet": ("scores/<int:number>", scoring.ScoreSheet),
            "score_evidence": ("scores/<int:number>/files/<uuid:public_id>", scoring.ScoreEvidence),
        }.items()
    ),
]
