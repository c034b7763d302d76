"""Pages of this app."""

from django.urls import URLPattern, URLResolver, path

from accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("administration/", views.administration, name="administration"),
    path("administration/accounts/new/", views.new_account, name="account-new"),
    path("administration/accounts/<int:account_id>/", views.account_page, name="account-page"),
    path("administration/accounts/<int:account_id>/roles/new/", views.new_role, name="account-role-new"),
    path("administration/accounts/<int:account_id>/password/", views.password_link, name="account-password-link"),
    path("administration/accounts/<int:account_id>/acts/<slug:name>/", views.act, name="account-act"),
    path("administration/units/", views.unit_options, name="unit-options"),
    path("administration/journal/", views.journal, name="journal"),
]
