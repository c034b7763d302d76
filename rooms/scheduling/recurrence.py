"""A meeting that repeats: the rules of RFC 5545 (RRULE) that an office uses, the dates they give, and the rule written.

Taken are daily rules, weekly ones on weekdays, monthly ones by the day of the month (-1 is the last day) or by the nth
weekday (-1 the last), every so many days, weeks or months, until a day or for a number of dates. A rule must end, and
gives at most 200 dates. A month without the day asked for, the 31st for one, is passed over, as the RFC has it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, pairwise
from typing import Literal

from dateutil import rrule as engine

from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.errors import SchedulingInvalid

MOST_DATES = 200
LONGEST_STEP = 99
LONGEST_TEXT = 300
LAST_DAY = date(2100, 12, 31)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
END_OF_DAY = time(23, 59, 59)

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY"]
_FREQUENCIES: dict[str, tuple[Frequency, Literal[0, 1, 2, 3, 4, 5, 6]]] = {
    "DAILY": ("DAILY", engine.DAILY),
    "WEEKLY": ("WEEKLY", engine.WEEKLY),
    "MONTHLY": ("MONTHLY", engine.MONTHLY),
}
_OTHER_FREQUENCIES = {"SECONDLY", "MINUTELY", "HOURLY", "YEARLY"}
_TAKEN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST"}
_OTHER_PARTS = {"BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "RSCALE", "SKIP"}


class RecurrenceInvalid(SchedulingInvalid):
    """Codes: ``rrule_malformed`` (``part``), ``rrule_frequency`` (``frequency`` not taken), ``rrule_part`` (a ``part``
    that is not taken), ``rrule_unbounded``, ``rrule_too_many`` (``most``), ``rrule_too_far`` (``last``: the last day
    that there may be), ``rrule_empty`` (it gives no date)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that says everything itself: which weekday or day it means never depends on where it starts.

    ``weekdays`` (weekly; Monday = 0) ascending. A monthly rule has either ``month_days`` (1 to 31, -1 to -31 from the
    end) or ``nth`` (which, weekday): (1, 0) the first Monday, (-1, 4) the last Friday. Either ``count`` or ``until``,
    the last day that may be one of its dates.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()
    count: int | None = None
    until: date | None = None


def read(text: str, starts_at: datetime, zone: tzinfo = OFFICE_ZONE) -> Rule:
    """The rule of an RRULE's value (with or without ``RRULE:``) for a meeting that first starts at ``starts_at``.

    What the rule leaves open (weekly on which day) is the day of that start. UNTIL may be a day or an instant; an
    instant includes the meeting that starts at it. Raises RecurrenceInvalid.
    """
    start = starts_at.astimezone(zone)
    parts = _parts(text)
    word = parts.get("FREQ", "")
    if word not in _FREQUENCIES:
        if word in _OTHER_FREQUENCIES:
            raise RecurrenceInvalid("rrule_frequency", {"frequency": word})
        raise _malformed("FREQ")
    _only_where_it_belongs(word, parts)
    frequency = _FREQUENCIES[word][0]
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise _malformed("UNTIL") if "COUNT" in parts else RecurrenceInvalid("rrule_unbounded")
    if parts.get("WKST", "MO") != "MO":
        raise RecurrenceInvalid("rrule_part", {"part": "WKST"})
    rule = Rule(
        frequency=frequency,
        interval=_number(parts, "INTERVAL", LONGEST_STEP) if "INTERVAL" in parts else 1,
        count=_number(parts, "COUNT", 10**9) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], start, zone) if "UNTIL" in parts else None,
    )
    if rule.count is not None and rule.count > MOST_DATES:
        raise RecurrenceInvalid("rrule_too_many", {"most": MOST_DATES})
    if rule.until is not None and rule.until > LAST_DAY:
        raise RecurrenceInvalid("rrule_too_far", {"last": LAST_DAY})
    rule = _on_days(rule, parts, start.date())
    if len(written(rule)) > LONGEST_TEXT:
        raise _malformed("BYDAY" if rule.nth else "BYMONTHDAY")
    return rule


def written(rule: Rule, zone: tzinfo = OFFICE_ZONE) -> str:
    """The rule as the value of an RRULE; ``read`` gives the same rule back. UNTIL is the end of that day, in UTC."""
    parts = [f"FREQ={rule.frequency}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.weekdays:
        parts.append("BYDAY=" + ",".join(WEEKDAYS[each] for each in rule.weekdays))
    if rule.nth:
        parts.append("BYDAY=" + ",".join(f"{which}{WEEKDAYS[weekday]}" for which, weekday in rule.nth))
    if rule.month_days:
        parts.append("BYMONTHDAY=" + ",".join(str(day) for day in rule.month_days))
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        end = datetime.combine(rule.until, END_OF_DAY, zone).astimezone(UTC)
        parts.append(f"UNTIL={end:%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def dates(rule: Rule, first: date) -> list[date]:
    """The days of the rule from ``first`` on, ascending; ``first`` is one only when the rule says so.

    Raises RecurrenceInvalid ``rrule_empty``, ``rrule_too_many``, ``rrule_too_far``.
    """
    frequency = _FREQUENCIES[rule.frequency][1]
    by_weekday = [engine.weekday(each) for each in rule.weekdays] or [
        engine.weekday(weekday, which) for which, weekday in rule.nth
    ]
    until = rule.until if rule.until is not None else LAST_DAY
    found = engine.rrule(
        frequency,
        dtstart=datetime.combine(first, time.min),
        interval=rule.interval,
        byweekday=by_weekday or None,
        bymonthday=list(rule.month_days) or None,
        until=datetime.combine(min(until, LAST_DAY), time.min),
        wkst=engine.MO,
    )
    wanted = rule.count if rule.count is not None else MOST_DATES + 1
    listed = [each.date() for each in islice(found, wanted)]
    if len(listed) > MOST_DATES:
        raise RecurrenceInvalid("rrule_too_many", {"most": MOST_DATES})
    if not listed:
        raise RecurrenceInvalid("rrule_empty")
    if rule.count is not None and len(listed) < rule.count:
        raise RecurrenceInvalid("rrule_too_far", {"last": LAST_DAY})
    return listed


def starts(rule: Rule, starts_at: datetime, zone: tzinfo = OFFICE_ZONE) -> list[datetime]:
    """The starts that the rule gives from ``starts_at`` on, all at its clock time in ``zone``. Raises as ``dates``."""
    local = starts_at.astimezone(zone)
    return [datetime.combine(day, local.time(), zone) for day in dates(rule, local.date())]


def cut_before(rule: Rule, first: date, day: date) -> Rule:
    """The rule with only its dates before ``day``. Raises RecurrenceInvalid ``rrule_empty`` when there is none."""
    before = [each for each in dates(rule, first) if each < day]
    if not before:
        raise RecurrenceInvalid("rrule_empty")
    return replace(rule, count=None, until=before[-1])


def remainder(rule: Rule, first: date, day: date) -> tuple[Rule, date]:
    """The rule with only its dates from ``day`` on, and the first of them. Raises as ``cut_before``."""
    listed = dates(rule, first)
    rest = [each for each in listed if each >= day]
    if not rest:
        raise RecurrenceInvalid("rrule_empty")
    return replace(rule, count=len(rest) if rule.count is not None else None), rest[0]


def first_overlap(begins: list[datetime], length: timedelta) -> datetime | None:
    """The first of the ascending starts that comes before the one ahead of it is over, each ``length`` long."""
    return next((later for earlier, later in pairwise(begins) if later < earlier + length), None)


def _malformed(part: str) -> RecurrenceInvalid:
    return RecurrenceInvalid("rrule_malformed", {"part": part})


def _parts(text: str) -> dict[str, str]:
    plain = text.strip().upper().removeprefix("RRULE:").removesuffix(";")
    if len(plain) > 2 * LONGEST_TEXT:
        raise _malformed("RRULE")
    parts: dict[str, str] = {}
    for each in plain.split(";"):
        name, sign, value = each.partition("=")
        if name in _OTHER_PARTS:
            raise RecurrenceInvalid("rrule_part", {"part": name})
        if not sign or not value or name in parts or name not in _TAKEN:
            raise _malformed(name if name in _TAKEN else "RRULE")
        parts[name] = value
    return parts


def _only_where_it_belongs(word: str, parts: dict[str, str]) -> None:
    belongs = {"DAILY": set(), "WEEKLY": {"BYDAY"}, "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"}}
    for name in ("BYDAY", "BYMONTHDAY", "BYSETPOS"):
        if name in parts and name not in belongs[word]:
            raise RecurrenceInvalid("rrule_part", {"part": name})
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise RecurrenceInvalid("rrule_part", {"part": "BYMONTHDAY"})


def _whole(text: str) -> int | None:
    """The number that the text is, with or without a sign; None when it is none."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
        return None
    return int(text)


def _number(parts: dict[str, str], name: str, most: int) -> int:
    value = _whole(parts[name])
    if value is None or not 1 <= value <= most:
        raise _malformed(name)
    return value


def _until(text: str, start: datetime, zone: tzinfo) -> date:
    try:
        if len(text) == 8:
            return datetime.strptime(text, "%Y%m%d").replace(tzinfo=zone).date()
        pattern, given = ("%Y%m%dT%H%M%SZ", UTC) if text.endswith("Z") else ("%Y%m%dT%H%M%S", zone)
        end = datetime.strptime(text, pattern).replace(tzinfo=given).astimezone(zone)
        return end.date() if end.time() >= start.time().replace(microsecond=0) else end.date() - timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise _malformed("UNTIL") from error


def _on_days(rule: Rule, parts: dict[str, str], first: date) -> Rule:
    if rule.frequency == "DAILY":
        return rule
    if rule.frequency == "WEEKLY":
        named = [_weekday(each) for each in parts["BYDAY"].split(",")] if "BYDAY" in parts else [first.weekday()]
        return replace(rule, weekdays=tuple(sorted(set(named))))
    if "BYDAY" in parts:
        return replace(rule, nth=_nth(parts))
    if "BYSETPOS" in parts:
        raise RecurrenceInvalid("rrule_part", {"part": "BYSETPOS"})
    if "BYMONTHDAY" not in parts:
        return replace(rule, month_days=(first.day,))
    numbers = [_whole(each) for each in parts["BYMONTHDAY"].split(",")]
    if any(number is None or not 1 <= abs(number) <= 31 for number in numbers):
        raise _malformed("BYMONTHDAY")
    return replace(rule, month_days=tuple(sorted({number for number in numbers if number is not None})))


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise _malformed("BYDAY")
    return WEEKDAYS.index(text)


def _nth(parts: dict[str, str]) -> tuple[tuple[int, int], ...]:
    """The nth weekdays of a month: "1MO", or "MO" with BYSETPOS=1, which some calendars write for the same."""
    named = parts["BYDAY"].split(",")
    if "BYSETPOS" in parts:
        if len(named) > 1 or named[0] not in WEEKDAYS:
            raise RecurrenceInvalid("rrule_part", {"part": "BYSETPOS"})
        named = [parts["BYSETPOS"] + named[0]]
    found = set()
    for each in named:
        which, weekday = _whole(each[:-2]), each[-2:]
        if each in WEEKDAYS:
            raise RecurrenceInvalid("rrule_part", {"part": "BYDAY"})
        if which is None or not 1 <= abs(which) <= 5 or weekday not in WEEKDAYS:
            raise _malformed("BYDAY")
        found.add((which, WEEKDAYS.index(weekday)))
    return tuple(sorted(found))
