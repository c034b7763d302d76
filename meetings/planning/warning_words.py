"""Warnings as people read them: on the pages, and in the line that a page shows after an act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.wording import EN_DASH, clock, short_day, time_range, weekday_day
from meetings.planning.elsewhere import Warnings
from rooms.scheduling.advice import Advice, OnHoliday, OutsideOfficeHours, PersonElsewhere
from rooms.scheduling.intervals import Interval
from rooms.selectors import endpoints_named

NAMES_SAID = 5


@dataclass(frozen=True, slots=True)
class WarningLine:
    """One warning: what it is in a sentence, then what one must know of it ("" when that is all)."""

    icon: str
    said: str
    more: str = ""
    of_calendar: bool = False


@dataclass(frozen=True, slots=True)
class Warned:
    """The lines of the page, and in words how many people more there are than are named ("" when none)."""

    lines: tuple[WarningLine, ...] = ()
    rest: str = ""


def warned(warnings: Warnings) -> Warned:
    """The warnings in the reader's language. One query at most, for the names of endpoints."""
    names = _names(warnings.people)
    rest = ""
    if warnings.more_people > 0:
        words = ngettext(
            "%(n)d more person is expected elsewhere.",
            "%(n)d more people are expected elsewhere.",
            warnings.more_people,
        )
        rest = words % {"n": warnings.more_people}
    return Warned(tuple(_line(each, names) for each in warnings), rest)


def places(found: Sequence[PersonElsewhere]) -> dict[int, list[str]]:
    """Person → where they are expected instead, one text for each other meeting. One query at most."""
    names = _names(found)
    told: dict[int, list[str]] = {}
    for each in found:
        told.setdefault(each.person, []).append(_where(each, names))
    return told


def invited_elsewhere(found: Sequence[PersonElsewhere]) -> str:
    """Of people just invited, how many are expected elsewhere at that time, and the names of some; "" for nobody."""
    people = list(dict.fromkeys(each.name for each in found))
    if not people:
        return ""
    said = ngettext(
        "%(n)d person is expected in another meeting at that time: %(names)s.",
        "%(n)d people are expected in another meeting at that time: %(names)s.",
        len(people),
    )
    names = ", ".join(people[:NAMES_SAID]) + (" …" if len(people) > NAMES_SAID else "")
    return said % {"n": len(people), "names": names}


def _names(found: Sequence[PersonElsewhere]) -> dict[str, str]:
    codes = {each.endpoint for each in found if each.endpoint is not None}
    return {code: row.display_name for code, row in endpoints_named(codes).items()} if codes else {}


def in_a_line(warnings: Warnings) -> str:
    """All of it as one text, for the message after an act; "" when there is nothing to say."""
    told = warned(warnings)
    return " ".join(filter(None, [*(line.said for line in told.lines), told.rest]))


def _line(warning: Advice, names: Mapping[str, str]) -> WarningLine:
    match warning:
        case OnHoliday():
            day = weekday_day(warning.day, _language())
            if not warning.name:
                return WarningLine("calendar-x", _("%(day)s is a day off.") % {"day": _begun(day)}, of_calendar=True)
            said = _("%(day)s is a day off: %(name)s.") % {"day": _begun(day), "name": warning.name}
            return WarningLine("calendar-x", said, of_calendar=True)
        case OutsideOfficeHours():
            return WarningLine("clock", _hours(warning), of_calendar=True)
        case PersonElsewhere():
            said = _("%(name)s is expected elsewhere at that time.") % {"name": warning.name}
            return WarningLine("person-exclamation", said, _where(warning, names))


def _hours(warning: OutsideOfficeHours) -> str:
    day, span = _begun(weekday_day(warning.day, _language())), _span(warning.interval)
    match warning.part:
        case "before":
            return _("%(day)s, %(span)s lies before office hours.") % {"day": day, "span": span}
        case "after":
            return _("%(day)s, %(span)s lies after office hours.") % {"day": day, "span": span}
        case "noon":
            return _("%(day)s, %(span)s lies in the noon break.") % {"day": day, "span": span}
        case "weekend":
            return _("%(day)s is not a working day.") % {"day": day}


def _where(warning: PersonElsewhere, names: Mapping[str, str]) -> str:
    title = warning.title or _("another meeting")
    parts = [title, _span(warning.interval, with_day=_spans_days(warning))]
    if warning.endpoint is not None:
        parts.append(
            _("at %(endpoint)s") % {"endpoint": f"{warning.endpoint} {names.get(warning.endpoint, '')}".strip()}
        )
    if warning.chairs:
        parts.append(_("as its chair"))
    return ", ".join(parts)


def _spans_days(warning: PersonElsewhere) -> bool:
    return timezone.localtime(warning.interval.start).date() != timezone.localtime(warning.overlap.start).date()


def _span(interval: Interval, *, with_day: bool = False) -> str:
    start, end = timezone.localtime(interval.start), timezone.localtime(interval.end)
    if with_day:
        days = [f"{clock(each)} {short_day(each.date(), _language())}" for each in (start, end)]
        return f" {EN_DASH} ".join(days)
    if end.date() != start.date() and clock(end) == "00:00":
        return f"{clock(start)}{EN_DASH}24:00"
    return time_range(start, end)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _language() -> str:
    return get_language() or "vi"
