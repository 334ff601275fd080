"""Campaigns and their quotas."""

from django.urls import path

from .views import campaign_steps, campaigns, quotas

urlpatterns: list = [
    path("awards/", campaigns.CampaignList.as_view(), name="award_campaigns"),
    path("awards/new/", campaigns.NewCampaign.as_view(), name="new_award_campaign"),
    path("awards/<int:campaign_id>/", campaigns.CampaignPage.as_view(), name="award_campaign"),
    path("awards/<int:campaign_id>/edit/", campaigns.EditCampaign.as_view(), name="edit_award_campaign"),
    path("awards/<int:campaign_id>/call/", campaigns.CampaignCall.as_view(), name="award_call"),
    *(
        path(f"awards/<int:campaign_id>/{what}/", view.as_view(), name=f"{what}_award_campaign")
        for what, view in {
            "submit": campaign_steps.SubmitCampaign,
            "return": campaign_steps.ReturnCampaign,
            "publish": campaign_steps.PublishCampaign,
            "cancel": campaign_steps.CancelCampaign,
            "finish": campaign_steps.FinishCampaign,
        }.items()
    ),
    *(
        path(f"awards/<int:campaign_id>/honours/<int:honour_id>/quotas/{where}", view.as_view(), name=name)
        for name, (where, view) in {
            "award_quotas": ("", quotas.QuotaPage),
            "adjust_quota": ("adjust/", quotas.AdjustQuota),
            "export_quotas": ("export/", quotas.ExportQuotas),
        }.items()
    ),
]
