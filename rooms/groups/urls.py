"""Pages of saved groups."""

from django.urls import path

from rooms.groups import views

urlpatterns = [
    path("groups/", views.index, name="groups"),
    path("groups/new/", views.new, name="group-new"),
    path("groups/<int:group_id>/", views.edit, name="group"),
    path("groups/<int:group_id>/delete/", views.delete, name="group-delete"),
]
