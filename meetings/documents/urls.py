"""Pages and files of documents. A file's address names its content, so it never changes."""

from django.urls import path, re_path

from meetings.documents import views

urlpatterns = [
    path("meetings/<int:meeting_id>/documents/new/", views.upload, name="document-new"),
    path("meetings/<int:meeting_id>/documents/publish/", views.publish_everything, name="document-publish-all"),
    path("meetings/<int:meeting_id>/agenda/<int:item_id>/remove/", views.remove_item, name="agenda-item-remove"),
    path("documents/<int:document_id>/", views.document, name="document"),
    path("documents/<int:document_id>/edit/", views.change, name="document-edit"),
    path("documents/<int:document_id>/versions/new/", views.new_version, name="document-version-new"),
    path("documents/<int:document_id>/publish/", views.publish, name="document-publish"),
    path("documents/<int:document_id>/withdraw/", views.withdraw, name="document-withdraw"),
    path("documents/<int:document_id>/remove/", views.remove, name="document-remove"),
    re_path(
        r"^documents/(?P<document_id>\d{1,18})/(?P<sha256>[0-9a-f]{64})\.(?P<extension>pdf|jpg|png)$",
        views.file,
        name="document-file",
    ),
    re_path(
        r"^documents/(?P<document_id>\d{1,18})/(?P<sha256>[0-9a-f]{64})\.webp$",
        views.thumbnail,
        name="document-thumbnail",
    ),
]
