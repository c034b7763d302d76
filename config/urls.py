"""Only includes: each app owns its routes."""

from django.urls import include, path

from config import operations, views
from config.api import api

urlpatterns = [
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("metrics", operations.prometheus, name="metrics"),
    path("administration/connections/", operations.connections, name="connections"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("accounts.urls")),
    path("", include("rooms.urls")),
    path("", include("meetings.urls")),
]
