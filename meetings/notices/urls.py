"""Pages of what an office was told."""

from django.urls import path

from meetings.notices import views

urlpatterns = [
    path("notices/", views.index, name="notices"),
    path("notices/read/", views.read_all, name="notices-read"),
    path("notices/<int:notice_id>/read/", views.read, name="notice-read"),
]
