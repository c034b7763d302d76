"""Pages of a reorganisation."""

from django.urls import path

from rooms.reorganisation import views

urlpatterns = [
    path("administration/reorganisation/", views.reorganisations, name="reorganisations"),
    path(
        "administration/reorganisation/templates/<slug:kind>.<slug:form>",
        views.template,
        name="reorganisation-template",
    ),
    path("administration/reorganisation/<int:number>/", views.reorganisation, name="reorganisation"),
    path("administration/reorganisation/<int:number>/acts/<slug:name>/", views.act, name="reorganisation-act"),
]
