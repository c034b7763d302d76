"""Pages of the meetings: each slice owns its routes."""

from django.urls import include, path

urlpatterns = [
    path("", include("meetings.planning.urls")),
    path("", include("meetings.series.urls")),
    path("", include("meetings.prepared.urls")),
    path("", include("meetings.feeds.urls")),
    path("", include("meetings.requests.urls")),
    path("", include("meetings.precedence.urls")),
    path("", include("meetings.notices.urls")),
    path("", include("meetings.invitations.urls")),
    path("", include("meetings.agenda.urls")),
    path("", include("meetings.documents.urls")),
    path("", include("meetings.attendance.urls")),
    path("", include("meetings.live.urls")),
    path("", include("meetings.reports.urls")),
]
