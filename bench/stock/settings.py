"""What stock Viewflow needs, and nothing else; the database lies beside ours on the same server."""

import environ

SECRET_KEY = "only-for-the-benchmark"
DEBUG = False
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "viewflow",
    "viewflow.workflow",
    "bench.stock",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.stock.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": environ.Env().db_url("DATABASE_URL")}
DATABASES["default"]["NAME"] += "_stock"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Tables straight from the models: a model without migrations cannot inherit from one with them.
MIGRATION_MODULES = dict.fromkeys(("auth", "contenttypes", "sessions", "viewflow", "viewflow_base", "stock"))
