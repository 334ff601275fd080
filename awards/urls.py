"""Award campaigns, their committees and notices."""

from . import ballot_urls, campaign_urls, nomination_urls, notice_urls, review_urls

urlpatterns: list = [
    *campaign_urls.urlpatterns,
    *nomination_urls.urlpatterns,
    *review_urls.urlpatterns,
    *ballot_urls.urlpatterns,
    *notice_urls.urlpatterns,
]
