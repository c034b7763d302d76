"""Pages of this app."""

from django.urls import include, path

from rooms import bridge_views, map_views, views
from rooms.calendar import views as calendar_views
from rooms.hours import views as hours_views

urlpatterns = [
    path("network/", views.network, name="network"),
    path("network/bridges/", bridge_views.bridges, name="network-bridges"),
    path("network/map/", map_views.network_map, name="network-map"),
    path("administration/calendar/", calendar_views.calendar, name="office-calendar"),
    path("administration/calendar/<str:day>/", calendar_views.one_day, name="office-day"),
    path("administration/calendar/<str:day>/remove/", calendar_views.forget_day, name="office-day-remove"),
    path("endpoints/<str:code>/hours/", hours_views.hours, name="endpoint-hours"),
    path("endpoints/<str:code>/hours/week/", hours_views.week, name="endpoint-week"),
    path("endpoints/<str:code>/closures/<int:closure_id>/end/", hours_views.end, name="closure-end"),
    path("", include("rooms.groups.urls")),
    path("", include("rooms.reorganisation.urls")),
]
