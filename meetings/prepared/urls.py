"""Pages of templates of meetings."""

from django.urls import path

from meetings.prepared import views

urlpatterns = [
    path("templates/", views.index, name="templates"),
    path("templates/<int:template_id>/", views.edit, name="template"),
    path("templates/<int:template_id>/delete/", views.delete, name="template-delete"),
    path("templates/<int:template_id>/book/", views.book, name="template-book"),
    path("meetings/<int:meeting_id>/template/", views.save, name="meeting-template"),
]
