"""Pages of precedence: taking it, moving what gave way, and the sessions entered from outside."""

from django.urls import path

from meetings.precedence import views
from meetings.precedence.blocks import views as block_views

urlpatterns = [
    path("meetings/new/precedence/", views.from_form, name="precedence-new"),
    path("meetings/<int:meeting_id>/precedence/", views.confirm, name="precedence"),
    path("meetings/<int:meeting_id>/precedence/move/", views.move, name="displaced-move"),
    path("network/blocks/", block_views.index, name="blocks"),
    path("network/blocks/new/", block_views.new, name="block-new"),
    path("network/blocks/<int:block_id>/", block_views.change, name="block"),
    path("network/blocks/<int:block_id>/remove/", block_views.remove, name="block-remove"),
]
