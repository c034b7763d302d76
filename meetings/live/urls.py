"""Pages of a meeting as a whole."""

from django.urls import path

from meetings.live import answer, copying, desk, extending, series_desk, tablet, views

urlpatterns = [
    path("", views.today, name="today"),
    path("meetings/<int:meeting_id>/", desk.page, name="meeting"),
    path("meetings/<int:meeting_id>/parts/<slug:name>/", desk.part, name="meeting-part"),
    path("meetings/<int:meeting_id>/history/", desk.full_history, name="meeting-history"),
    path("series/<int:series_id>/following/", series_desk.following, name="series-following"),
    path("series/<int:series_id>/cancel/", series_desk.cancel_rest, name="series-cancel"),
    path("series/<int:series_id>/history/", series_desk.history, name="series-history"),
    path("meetings/<int:meeting_id>/acts/<slug:name>/", desk.act, name="meeting-act"),
    path("meetings/<int:meeting_id>/copy/", copying.copy, name="meeting-copy"),
    path("meetings/<int:meeting_id>/extend/", extending.extend, name="meeting-extend"),
    path("meetings/<int:meeting_id>/answer/", answer.page, name="meeting-answer"),
    path("tablet/", tablet.home, name="tablet-home"),
    path("tablet/all/", tablet.every_meeting, name="tablet-all"),
    path("meetings/<int:meeting_id>/tablet/", tablet.meeting, name="tablet"),
    path("meetings/<int:meeting_id>/tablet/items/<int:item_id>/start/", tablet.start, name="tablet-item-start"),
    path("meetings/<int:meeting_id>/tablet/documents/<int:document_id>/", tablet.reader, name="reader"),
]
