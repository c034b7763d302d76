"""Pages of requests to owners and of the line; the booking page, which can end in either."""

from django.urls import path

from meetings.requests import booking_views, views

urlpatterns = [
    path("meetings/new/", booking_views.new, name="meeting-new"),
    path("meetings/new/others/", booking_views.options, name="ask-options"),
    path("meetings/new/owners/", booking_views.owners, name="ask-owners"),
    path("requests/", views.index, name="request-list"),
    path("requests/<int:request_id>/approve/", views.decide, {"act": "approve"}, name="request-approve"),
    path("requests/<int:request_id>/refuse/", views.decide, {"act": "refuse"}, name="request-refuse"),
    path("requests/<int:request_id>/withdraw/", views.decide, {"act": "withdraw"}, name="request-withdraw"),
    path("meetings/<int:meeting_id>/requests/", views.ask_for, name="meeting-ask"),
    path("meetings/<int:meeting_id>/line/join/", views.line, {"act": "join"}, name="line-join"),
    path("meetings/<int:meeting_id>/line/take/", views.line, {"act": "take"}, name="line-take"),
    path("meetings/<int:meeting_id>/line/leave/", views.line, {"act": "leave"}, name="line-leave"),
]
