"""Pages of planning: the list of meetings, changing one, its list of people."""

from django.urls import path

from meetings.planning import booking_views, move_views, people_views, slot_views, views

urlpatterns = [
    path("network/slots/", slot_views.slots, name="network-slots"),
    path("meetings/", views.meeting_index, name="meeting-list"),
    path("meetings/new/check/", booking_views.check, name="meeting-check"),
    path("meetings/new/chairs/", booking_views.chair_options, name="chair-options"),
    path("meetings/of-booking/<int:booking_id>/", views.of_booking, name="meeting-of-booking"),
    path("meetings/<int:meeting_id>/edit/", views.edit, name="meeting-edit"),
    path("meetings/<int:meeting_id>/move/", move_views.move, name="meeting-move"),
    path("meetings/<int:meeting_id>/people/", people_views.people, name="meeting-people"),
    path("meetings/<int:meeting_id>/people/new/", people_views.invite, name="meeting-invite"),
    path("meetings/<int:meeting_id>/people/import/", people_views.people_import, name="meeting-import"),
    path(
        "meetings/<int:meeting_id>/people/template.csv",
        people_views.sheet_template,
        {"kind": "csv"},
        name="meeting-import-csv",
    ),
    path(
        "meetings/<int:meeting_id>/people/template.xlsx",
        people_views.sheet_template,
        {"kind": "xlsx"},
        name="meeting-import-xlsx",
    ),
    path("meetings/<int:meeting_id>/people/<int:participant_id>/", people_views.participant, name="participant"),
    path(
        "meetings/<int:meeting_id>/people/<int:participant_id>/remove/", people_views.remove, name="participant-remove"
    ),
    path("meetings/<int:meeting_id>/people/<int:participant_id>/code/", people_views.new_code, name="participant-code"),
]
