"""The journal of a meeting, or of a series, as sentences: who did what, in the words of the office.

Each verb has a clause that follows the actor's name. A verb without one is still told, by its own words and its object.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.wording import clock, day, day_month, number
from audit.models import Entry

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Sentence:
    """One act. `actor` is "" for the system itself; `clause` begins with a verb and ends without a full stop."""

    seq: int
    at: dt.datetime
    actor: str
    clause: str


def sentences(entries: Iterable[Entry]) -> list[Sentence]:
    """The entries told, in the order given."""
    return [Sentence(entry.seq, entry.at, entry.actor_name, clause(entry)) for entry in entries]


def clause(entry: Entry) -> str:
    """What was done, to follow the actor's name."""
    tell = _TOLD_BY.get(entry.verb)
    if tell is not None:
        return tell(entry)
    words = _CLAUSES.get(entry.verb)
    if words is None:
        words = _("did “%(verb)s” with “%(label)s”")
    return str(words) % {
        "verb": _plain(entry.verb),
        "label": entry.object_label,
        "endpoints": _endpoints(entry),
        **_facts(entry.data),
    }


_FIELDS: Final[Mapping[str, Text]] = {
    "title": _("title"),
    "number": _("number"),
    "chair": _("chair"),
    "starts_at": _("start"),
    "ends_at": _("end"),
    "setup_minutes": _("line test before"),
    "teardown_minutes": _("time after"),
    "local": _("kind of meeting"),
    "host_endpoint": _("main endpoint"),
    "selection": _("endpoints"),
    "ways": _("ways of joining"),
    "item": _("agenda item"),
    "access": _("readers"),
    "presenter": _("presenter"),
    "minutes": _("minutes"),
    "endpoint": _("endpoint"),
    "role": _("role"),
    "summons": _("summons"),
    "full_name": _("name"),
    "position": _("position"),
}
_TIMES: Final = frozenset({"starts_at", "ends_at"})

_CLAUSES: Final[Mapping[str, Text]] = {
    "meeting.created": _("created the meeting"),
    "meeting.opened": _("opened the session"),
    "meeting.closed": _("closed the session"),
    "meeting.archived": _("put the meeting into the archive"),
    "agenda.item_added": _("added “%(label)s” to the agenda"),
    "agenda.item_removed": _("took “%(label)s” off the agenda"),
    "agenda.item_ended": _("ended the item “%(label)s”"),
    "agenda.item_started": _("started the item “%(label)s”"),
    "agenda.reordered": _("changed the order of the agenda"),
    "document.expected": _("wrote down “%(label)s” as not received yet"),
    "document.removed": _("threw the draft “%(label)s” away"),
    "document.uploaded": _("uploaded “%(label)s”"),
    "document.version_added": _("uploaded version %(version)s of “%(label)s”"),
    "document.published": _("published “%(label)s”"),
    "document.replaced": _("published version %(version)s of “%(label)s”"),
    "document.withdrawn": _("withdrew “%(label)s”"),
    "participant.removed": _("took %(label)s off the list"),
    "participant.code_reissued": _("gave %(label)s a new code"),
    "request.made": _("asked others for %(endpoints)s"),
    "request.approved": _("lent %(endpoints)s of %(unit)s"),
    "request.withdrawn": _("withdrew the request to %(unit)s"),
    "request.lapsed": _("let the request to %(unit)s lapse: it was not answered in time"),
    "line.joined": _("put the draft in line for %(endpoints)s"),
    "line.left": _("took the draft out of the line"),
    "line.lapsed": _("took the draft out of the line: nothing became free in time"),
    "slot.offered": _("held %(endpoints)s for this draft, as they became free"),
    "offer.lapsed": _("let go of %(endpoints)s: the offer was not taken in time"),
    "letter.sent_again": _("sent the letter to %(label)s once more"),
}


def _endpoints(entry: Entry) -> str:
    count = len(_list(entry.data.get("endpoints")))
    return ngettext("%(count)s endpoint", "%(count)s endpoints", count) % {"count": _number(count)}


def _scheduled(entry: Entry) -> str:
    count = len(_list(entry.data.get("endpoints")))
    return ngettext("booked %(count)s endpoint", "booked %(count)s endpoints", count) % {"count": _number(count)}


def _scanned(entry: Entry) -> str:
    count = len(_list(entry.data.get("accepted")))
    if not count:
        return gettext("scanned; nobody was checked in")
    return ngettext("checked in %(count)s person", "checked in %(count)s people", count) % {"count": _number(count)}


def _added(entry: Entry) -> str:
    count = _count(entry.data)
    return ngettext("added %(count)s person", "added %(count)s people", count) % {"count": _number(count)}


def _answered(entry: Entry) -> str:
    count = _count(entry.data)
    return ngettext("noted the answer of %(count)s person", "noted the answers of %(count)s people", count) % {
        "count": _number(count)
    }


def _invited(entry: Entry) -> str:
    count = _count(entry.data)
    return ngettext("sent the invitation to %(count)s person", "sent the invitation to %(count)s people", count) % {
        "count": _number(count)
    }


def _called_off(entry: Entry) -> str:
    count = _count(entry.data)
    return ngettext("told %(count)s person of the cancellation", "told %(count)s people of the cancellation", count) % {
        "count": _number(count)
    }


def _answer(entry: Entry) -> str:
    answers = {
        "attending": gettext("%(label)s attends"),
        "declined": gettext("%(label)s is excused"),
        "substitute": gettext("%(label)s sends a substitute"),
    }
    told = answers.get(str(entry.data.get("answer") or entry.data.get("status") or ""), gettext("%(label)s answered"))
    return gettext("noted: %(answer)s") % {"answer": told % {"label": entry.object_label}}


def _changed(entry: Entry) -> str:
    """Which fields changed; a time is told with what it was and what it is."""
    before, after = _mapping(entry.data.get("before")), _mapping(entry.data.get("after"))
    told = [_field(name, before.get(name), value) for name, value in after.items() if before.get(name) != value]
    known = [words for words in told if words]
    if not known:
        return gettext("changed “%(label)s”") % {"label": entry.object_label}
    return gettext("changed “%(label)s”: %(fields)s") % {"label": entry.object_label, "fields": ", ".join(known)}


def _extended(entry: Entry) -> str:
    before, after = _mapping(entry.data.get("before")), _mapping(entry.data.get("after"))
    return gettext("extended the session: %(change)s") % {
        "change": _field("ends_at", before.get("ends_at"), after.get("ends_at"))
    }


def _field(name: str, before: object, after: object) -> str:
    words = _FIELDS.get(name)
    if words is None:
        return ""
    if name not in _TIMES or not isinstance(before, str) or not isinstance(after, str):
        return str(words)
    return f"{words} {_moment(before)} → {_moment(after)}"


def _moment(text: str) -> str:
    try:
        moment = timezone.localtime(dt.datetime.fromisoformat(text))
    except ValueError:
        return text
    return f"{clock(moment)} {day_month(moment.date())}"


def _ended(words: Text) -> Callable[[Entry], str]:
    """An act with a reason, which is told when one was given."""

    def tell(entry: Entry) -> str:
        reason = str(entry.data.get("reason") or "")
        return f"{words}: {reason}" if reason else str(words)

    return tell


def _displaced(entry: Entry) -> str:
    words = gettext("took its time for “%(by)s”") % {"by": str(entry.data.get("by") or "")}
    reason = str(entry.data.get("reason") or "")
    return f"{words}: {reason}" if reason else words


def _preempted(entry: Entry) -> str:
    titles = [str(_mapping(row).get("title") or "") for row in _list(entry.data.get("displaced"))]
    if not titles:
        return _scheduled(entry)
    words = gettext("booked its endpoints in the place of %(titles)s") % {
        "titles": ", ".join(f"“{title}”" for title in titles)
    }
    reason = str(entry.data.get("reason") or "")
    return f"{words}: {reason}" if reason else words


def _series_booked(entry: Entry) -> str:
    count = _count(entry.data)
    return ngettext("booked the series: %(count)s date", "booked the series: %(count)s dates", count) % {
        "count": _number(count)
    }


def _series_changed(entry: Entry) -> str:
    count = _count(entry.data)
    return ngettext("changed %(count)s date from %(day)s on", "changed %(count)s dates from %(day)s on", count) % {
        "count": _number(count),
        "day": _date(entry.data.get("from")),
    }


def _series_split(entry: Entry) -> str:
    return gettext("%(changed)s; they are a series of their own now") % {"changed": _series_changed(entry)}


def _series_ended(entry: Entry) -> str:
    count = _count({"count": entry.data.get("cancelled")})
    return ngettext("cancelled %(count)s date from %(day)s on", "cancelled %(count)s dates from %(day)s on", count) % {
        "count": _number(count),
        "day": _date(entry.data.get("from")),
    }


def _date_added(entry: Entry) -> str:
    return gettext("added the date %(day)s again") % {"day": _date(entry.data.get("day"))}


def _date(text: object) -> str:
    try:
        return day(dt.date.fromisoformat(str(text)))
    except ValueError:
        return str(text)


_TOLD_BY: Final[Mapping[str, Callable[[Entry], str]]] = {
    "meeting.scheduled": _scheduled,
    "meeting.changed": _changed,
    "meeting.extended": _extended,
    "meeting.cancelled": _ended(_("cancelled the meeting")),
    "meeting.postponed": _ended(_("postponed the meeting")),
    "request.refused": _ended(_("refused the request for endpoints")),
    "meeting.displaced": _displaced,
    "meeting.preempted": _preempted,
    "agenda.item_changed": _changed,
    "document.changed": _changed,
    "attendance.scanned": _scanned,
    "participants.added": _added,
    "participants.answered": _answered,
    "invitations.sent": _invited,
    "cancellations.sent": _called_off,
    "participant.answered": _answer,
    "series.created": _series_booked,
    "series.changed": _series_changed,
    "series.split": _series_split,
    "series.ended": _series_ended,
    "series.date_added": _date_added,
}


def _facts(data: Mapping[str, object]) -> dict[str, str]:
    """The plain members of an entry's data, numbers as the reader writes them."""
    return {
        name: _number(value) if isinstance(value, int) else str(value)
        for name, value in data.items()
        if isinstance(value, (int, str)) and not isinstance(value, bool) and name not in {"label", "verb"}
    }


def _count(data: Mapping[str, object]) -> int:
    for name in ("count", "added", "participants", "rows", "letters", "answers", "meetings"):
        value = data.get(name)
        if isinstance(value, int):
            return value
        if isinstance(value, list):
            return len(value)
    return 1


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _number(value: int) -> str:
    return number(value, get_language() or "vi")


def _plain(verb: str) -> str:
    return verb.replace(".", " ").replace("_", " ")
