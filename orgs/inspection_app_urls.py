"""Addresses of the inspectors' app itself, below ``inspections/app/``."""

from django.urls import path

from .views import inspection_app

urlpatterns = [
    path("", inspection_app.show_app, name="inspection_app"),
    path("manifest.webmanifest", inspection_app.show_manifest, name="inspection_app_manifest"),
    path("worker.js", inspection_app.show_worker, name="inspection_app_worker"),
    path("<slug:version>/<path:name>", inspection_app.show_app_file, name="inspection_app_file"),
]
