"""What an office is told, as one sentence in the reader's language."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.wording import clock, number, spoken_unit, time_range, weekday_day
from meetings.notices.models import Notice
from meetings.planning.grounds import Ground

_SENTENCES: Final[Mapping[str, str | Promise]] = {
    "meeting.displaced": _("“%(meeting)s” must be moved: “%(title)s” of %(unit)s takes its time, %(when)s."),
    "slot.freed": _("The old time of “%(meeting)s” is free again: %(when)s."),
    "request.asked": _("%(unit)s asks for %(endpoints)s of yours for “%(meeting)s”."),
    "request.approved": _("%(unit)s lets “%(meeting)s” have %(endpoints)s."),
    "request.refused": _("%(unit)s does not let “%(meeting)s” have %(endpoints)s."),
    "request.lapsed": _("%(unit)s did not answer in time: the request for %(endpoints)s for “%(meeting)s” has lapsed."),
    "slot.offered": _("The time for which “%(meeting)s” is waiting is free. It is kept for you until %(until)s."),
    "offer.lapsed": _("The time kept for “%(meeting)s” was not taken up and went to the next in line."),
}
_OTHERWISE: Final = _("There is news of “%(meeting)s”.")
_TITLES: Final[Mapping[str, str | Promise]] = {
    "meeting.displaced": _("To be moved"),
    "slot.freed": _("Free again"),
    "request.asked": pgettext_lazy("news", "Request"),
    "request.approved": pgettext_lazy("news", "Approved"),
    "request.refused": pgettext_lazy("news", "Refused"),
    "request.lapsed": pgettext_lazy("news", "Lapsed"),
    "slot.offered": _("Offered to you"),
    "offer.lapsed": pgettext_lazy("news", "Lapsed"),
}
SIGNS: Final[Mapping[str, str]] = {
    "meeting.displaced": "calendar-x",
    "slot.freed": "calendar-event",
    "request.asked": "hourglass-split",
    "request.approved": "check-circle",
    "request.refused": "x-circle",
    "request.lapsed": "clock-history",
    "slot.offered": "calendar-event",
    "offer.lapsed": "clock-history",
}


def sentence(notice: Notice) -> str:
    """The news itself; a kind without words of its own names the meeting."""
    data = notice.data
    return str(_SENTENCES.get(notice.kind, _OTHERWISE)) % {
        "meeting": notice.meeting.title,
        "title": str(data.get("title") or ""),
        "unit": spoken_unit(str(data.get("unit") or "")),
        "when": _when(data),
        "endpoints": _endpoints(data.get("endpoints")),
        "until": _until(data.get("until")),
    }


def detail(notice: Notice) -> str:
    """Why, by whom and whom to ring; "" where there is nothing to add."""
    data = notice.data
    parts = []
    if notice.kind == "meeting.displaced":
        grounds = {str(value): str(words) for value, words in Ground.choices}
        parts.append(grounds.get(str(data.get("ground")), ""))
    parts.append(str(data.get("reason") or ""))
    told = ": ".join(part for part in parts if part)
    who = ", ".join(part for part in (str(data.get("actor") or ""), str(data.get("phone") or "")) if part)
    return " · ".join(part for part in (told, who) if part)


def title(notice: Notice) -> str:
    """One or two words for the kind of news."""
    return str(_TITLES.get(notice.kind, _("News")))


def _when(data: Mapping[str, object]) -> str:
    start, end = _moment(data.get("starts_at")), _moment(data.get("ends_at"))
    if start is None or end is None:
        return gettext("the time booked")
    return f"{time_range(start, end)}, {weekday_day(start.date(), get_language() or 'vi')}"


def _until(value: object) -> str:
    moment = _moment(value)
    if moment is None:
        return "–"
    return f"{clock(moment)}, {weekday_day(moment.date(), get_language() or 'vi')}"


def _moment(value: object) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return timezone.localtime(moment) if moment.tzinfo is not None else None


def _endpoints(value: object) -> str:
    count = value if isinstance(value, int) else 0
    words = ngettext("%(n)s endpoint", "%(n)s endpoints", count)
    return words % {"n": number(count, get_language() or "vi")}
