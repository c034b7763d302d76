"""Pages of series. What calls meetings off or changes many at once stands in live, which tells those invited."""

from django.urls import path

from meetings.series import views

urlpatterns = [
    path("meetings/new/dates/", views.preview_dates, name="meeting-dates"),
    path("series/new/", views.new, name="series-new"),
    path("series/<int:series_id>/", views.page, name="series"),
    path("series/<int:series_id>/dates/<str:day>/add/", views.add, name="series-add"),
]
