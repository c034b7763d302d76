"""Acts on the agenda."""

from django.urls import path

from meetings.agenda import views

urlpatterns = [
    path("meetings/<int:meeting_id>/agenda/new/", views.new_item, name="agenda-item-new"),
    path("meetings/<int:meeting_id>/agenda/order/", views.order, name="agenda-order"),
    path("meetings/<int:meeting_id>/agenda/<int:item_id>/edit/", views.edit_item, name="agenda-item-edit"),
    path("meetings/<int:meeting_id>/agenda/<int:item_id>/move/", views.move, name="agenda-item-move"),
    path("meetings/<int:meeting_id>/agenda/<int:item_id>/start/", views.start, name="agenda-item-start"),
]
