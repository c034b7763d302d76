"""The booking page that begins with a pattern: words, endpoints and clock time of a template or of another meeting."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.selectors import current_user
from meetings.planning.booking_form import SETUP_CHOICES, Choices, ticks_of
from meetings.planning.booking_views import Source
from meetings.planning.models import Meeting
from meetings.planning.plan_form import chair_words
from meetings.planning.wishes import MeetingPlan
from meetings.prepared.actions import Prepared, book_after
from meetings.prepared.pattern import Pattern
from rooms.actions import OnConflict
from rooms.models import Endpoint
from rooms.selectors import endpoints_named
from rooms.slots import office_calendar

LAST_CLOCK = dt.time(23, 59)


@dataclass(frozen=True)
class Carried:
    """A tick box of what is filled in beside the booking: `name` of agenda, people, documents."""

    name: str
    count: int
    ticked: bool


class PatternSource(Source):
    """Begins with the pattern; what is ticked is filled in by the same act that books."""

    template = "meetings/prepared/booking.html"
    first_ticked: Sequence[str] = ("agenda", "people")

    def __init__(self, pattern: Pattern, *, named: str) -> None:
        self.pattern, self.named = pattern, named

    def initial(self, request: HttpRequest, choices: Choices) -> dict[str, object]:
        """The pattern's clock time on the next working day; a session over midnight ends with the day."""
        pattern, today = self.pattern, timezone.localdate()
        day = office_calendar(today.year, today.year + 1).working_day_after(today, 1) or today
        end = dt.datetime.combine(day, pattern.starts) + dt.timedelta(minutes=pattern.minutes)
        units = [unit.code for unit in choices.units]
        return {
            **super().initial(request, choices),
            **ticks_of(choices, pattern.endpoints),
            "title": pattern.title,
            "unit": pattern.unit.code if pattern.unit.code in units else next(iter(units), ""),
            "host_endpoint": pattern.host or "",
            "chair": chair_words(pattern.chair),
            "day": day,
            "start": pattern.starts.strftime("%H:%M"),
            "end": (end.time() if end.date() == day else LAST_CLOCK).strftime("%H:%M"),
            "setup_minutes": next((n for n in SETUP_CHOICES if n >= pattern.setup_minutes), SETUP_CHOICES[-1]),
            "teardown_minutes": pattern.teardown_minutes,
            "local": pattern.local,
        }

    def counts(self) -> dict[str, int]:
        return {"agenda": len(self.pattern.agenda), "people": len(self.pattern.people)}

    def context(self, request: HttpRequest) -> dict[str, object]:
        posted = request.method == "POST"
        return {
            "pattern_name": self.named,
            "dropped": _in_order(self.pattern.dropped),
            "carried": [
                Carried(name, count, f"with_{name}" in request.POST if posted else name in self.first_ticked)
                for name, count in self.counts().items()
                if count
            ],
        }

    def book(self, request: HttpRequest, plan: MeetingPlan, *, draft: bool, on_conflict: OnConflict) -> Meeting:
        prepared = self.fill(request, plan, draft=draft, on_conflict=on_conflict)
        if prepared.left_out:
            said = ngettext(
                "%(n)d person was not taken over: the endpoint is not one of this meeting's.",
                "%(n)d people were not taken over: their endpoints are not among this meeting's.",
                prepared.left_out,
            )
            messages.warning(request, said % {"n": prepared.left_out})
        return prepared.meeting

    def fill(self, request: HttpRequest, plan: MeetingPlan, *, draft: bool, on_conflict: OnConflict) -> Prepared:
        return book_after(
            current_user(request),
            plan,
            agenda=self.pattern.agenda if "with_agenda" in request.POST else (),
            people=self.pattern.people if "with_people" in request.POST else (),
            draft=draft,
            on_conflict=on_conflict,
        )


def _in_order(codes: Sequence[str]) -> list[Endpoint]:
    named = endpoints_named(codes)
    return [named[code] for code in codes if code in named]
