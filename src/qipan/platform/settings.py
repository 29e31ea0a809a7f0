"""Django settings; what an installation may change comes from the environment and stands in docs/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from qipan.platform.home import home
from qipan.platform.storage.databases import databases

HOME = home()
HOME.prepare(records=not os.environ.get("QIPAN_DATABASE"))

SECRET_KEY = os.environ.get("QIPAN_SECRET_KEY") or HOME.secret_key()
DEBUG = False
# The machine itself and whatever names the operator gives; a name missing here is answered with 400.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, os.environ.get("QIPAN_HOSTS", "").split(","))]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS[3:]]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "django_tasks_db",
    "qipan.platform",
    "qipan.platform.saved",
    "qipan.platform.exchange",
    "qipan.platform.records",
    "qipan.registry",
    "qipan.domains.economy",
    "qipan.domains.health",
    "qipan.domains.boards",
    # Desks of the zone's own: Python packages that are Django applications.
    *filter(None, os.environ.get("QIPAN_DESKS", "").split(",")),
    "qipan.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "qipan.web.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before whatever may answer by itself, so that every answer carries the headers.
    "qipan.web.safety.ContentSecurityMiddleware",
    "qipan.web.api.answers.PlainAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "qipan.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "qipan.web.safety.PlainRequestMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qipan.web.gate.GateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "qipan.web.urls"
WSGI_APPLICATION = "qipan.web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qipan.web.context.page",
            ],
        },
    },
]

DATABASES = databases(HOME, os.environ.get("QIPAN_DATABASE", ""))
DATABASE_ROUTERS = ["qipan.platform.storage.databases.WorkRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "platform.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "qipan.web.passwords.KindsValidator"},
]
# Single sign-on (OpenID Connect): the provider, and this installation as it is known there.
OIDC_ISSUER = os.environ.get("QIPAN_OIDC_ISSUER", "")
OIDC_CLIENT = os.environ.get("QIPAN_OIDC_CLIENT", "")
OIDC_SECRET = os.environ.get("QIPAN_OIDC_SECRET", "")
OIDC_CLAIM = os.environ.get("QIPAN_OIDC_CLAIM", "preferred_username")
OIDC_NAME = os.environ.get("QIPAN_OIDC_NAME", "")
OIDC_SECOND_FACTOR = os.environ.get("QIPAN_OIDC_SECOND_FACTOR") == "1"
LOGIN_URL = "web:log-in"
LOGIN_REDIRECT_URL = "web:leader"
LOGOUT_REDIRECT_URL = "web:log-in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "qipan.web.login.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "qipan.platform.access.addresses.address_of"
PROXIES = int(os.environ.get("QIPAN_PROXIES", "0"))

SESSION_COOKIE_AGE = 12 * 3600
# How many browsers a person is logged in from at once; the oldest session beyond it ends.
SESSIONS_AT_ONCE = max(1, int(os.environ.get("QIPAN_SESSIONS", "5")))
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("QIPAN_TLS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("QIPAN_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from the package itself: there is no collecting step
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME.files}},
    "staticfiles": {"BACKEND": "qipan.web.assets.HashedFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000  # an address carries its content's fingerprint

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A file that is loaded, in bytes.
UPLOAD_LIMIT = int(os.environ.get("QIPAN_UPLOAD_LIMIT") or 200) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# What other systems may do here, and which of them may be told of events.
API_RATE = int(os.environ.get("QIPAN_API_RATE") or 600)  # requests a minute of one token, in each server process
TOKEN_DAYS = int(os.environ.get("QIPAN_TOKEN_DAYS") or 365)
WEBHOOK_HOSTS = [one.strip() for one in os.environ.get("QIPAN_WEBHOOK_HOSTS", "").split(",") if one.strip()]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("QIPAN_LOG", "WARNING")},
}
