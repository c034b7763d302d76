"""Pages of reports."""

from django.urls import path, re_path

from meetings.reports import trend_views, views

urlpatterns = [
    path("reports/", views.report_list, name="report-list"),
    path("reports/units/", trend_views.report_units, name="report-units"),
    path("meetings/<int:meeting_id>/report/", views.report, name="report"),
    re_path(
        r"^meetings/(?P<meeting_id>\d{1,18})/report/attendance\.(?P<kind>xlsx|pdf|csv)$",
        views.report_file,
        name="report-file",
    ),
]
