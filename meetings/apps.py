from importlib import import_module

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        """Let the slices above planning sign up for its acts: nothing below them imports them."""
        import_module("meetings.requests.following")
