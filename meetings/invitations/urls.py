"""Pages of letters."""

from django.urls import path

from meetings.invitations import entry_views, views

urlpatterns = [
    path("join/", entry_views.join, name="join"),
    path("join/<str:code>/", entry_views.join, name="join-code"),
    path("meetings/<int:meeting_id>/letters/", views.letters, name="meeting-letters"),
    path("meetings/<int:meeting_id>/letters/progress/", views.progress, name="letters-progress"),
    path("meetings/<int:meeting_id>/letters/send/", views.send, name="letters-send"),
    path("meetings/<int:meeting_id>/letters/<int:letter_id>/", views.letter, name="letter"),
    path("meetings/<int:meeting_id>/letters/<int:letter_id>/again/", views.again, name="letter-again"),
    path("meetings/<int:meeting_id>/letters/<int:letter_id>/file/", views.letter_file, name="letter-file"),
]
