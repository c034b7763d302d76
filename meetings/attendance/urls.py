"""Pages of the roll call."""

from django.urls import path

from meetings.attendance import views

urlpatterns = [
    path("meetings/<int:meeting_id>/scan/", views.scan, name="scan"),
    path("meetings/<int:meeting_id>/scan/people/", views.scan_people, name="scan-people"),
    path("meetings/<int:meeting_id>/my-code/", views.my_code, name="my-code"),
    path("meetings/<int:meeting_id>/board/", views.board, name="board"),
    path("meetings/<int:meeting_id>/board/<str:code>/", views.board_endpoint, name="board-endpoint"),
    path("endpoints/<str:code>/screen/", views.endpoint_screen, name="endpoint-screen"),
    path("endpoints/<str:code>/screen/code", views.endpoint_screen_code, name="endpoint-screen-code"),
    path("c/<str:code>", views.check_in_code, name="check-in-code"),
]
