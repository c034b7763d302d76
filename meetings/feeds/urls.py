"""Calendars to subscribe to."""

from django.urls import path

from meetings.feeds import views

urlpatterns = [
    path("calendar/", views.index, name="calendars"),
    path("calendar/<int:feed_id>/renew/", views.renew, name="calendar-renew"),
    path("calendar/<int:feed_id>/revoke/", views.revoke, name="calendar-revoke"),
    path("calendar/<str:secret>.ics", views.calendar, name="calendar"),
]
