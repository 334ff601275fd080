"""Registry."""

urlpatterns: list = []
