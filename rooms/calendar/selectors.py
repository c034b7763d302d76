"""The days on which the office does not work: the public calendar, and over it what the office says of single days."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import holidays
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language

from accounts.decision import ROLE_RIGHTS, Right
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from accounts.selectors import grants_of, rights_of
from rooms.models import OfficeDay
from rooms.scheduling.office_hours import Calendar

Source = Literal["public", "office"]
_LANGUAGES = {"vi": "vi", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class DayMark:
    """A day that is not as its weekday says. `own` is the office's word on it, which overrules `public_name` ("" when
    the public calendar says nothing of the day)."""

    day: dt.date
    worked: bool
    public_name: str
    own: OfficeDay | None

    @property
    def source(self) -> Source:
        return "office" if self.own is not None else "public"

    @property
    def name(self) -> str:
        return self.own.name if self.own is not None else self.public_name

    @property
    def overruled(self) -> bool:
        """Whether the public calendar calls the day something else than the office."""
        return self.own is not None and bool(self.public_name)


@dataclass(frozen=True, slots=True)
class _Public:
    """One year of the public calendar; the names by language ("vi", "en")."""

    off: Mapping[str, Mapping[dt.date, str]]
    worked: frozenset[dt.date]


@lru_cache(maxsize=64)
def _public(year: int) -> _Public:
    """What the law and the Government's exchange of days make of a year (Labour Code 45/2019/QH14, article 112).

    It never changes while the program runs: it comes with the library.
    """
    names = {code: holidays.country_holidays("VN", years=year, language=name) for code, name in _LANGUAGES.items()}
    off = {code: {day: found[day] for day in sorted(found) if day.year == year} for code, found in names.items()}
    worked = frozenset(day for day in names["vi"].weekend_workdays if day.year == year)
    return _Public(off, worked)


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def public_calendar(first_year: int, last_year: int) -> Calendar:
    """Office hours, public holidays of these years under their names in the reader's language, and the Saturdays
    worked in exchange. No query."""
    years = [_public(year) for year in range(first_year, last_year + 1)]
    names = {day: name for year in years for day, name in year.off[_language()].items()}
    worked = frozenset(day for year in years for day in year.worked)
    return Calendar(holidays=frozenset(names), worked_days=worked, names=names)


def with_office_days(calendar: Calendar, first_year: int, last_year: int) -> Calendar:
    """The calendar as the office wants it: its own days overrule it. One query."""
    off, worked, names = set(calendar.holidays), set(calendar.worked_days), dict(calendar.names)
    rows = OfficeDay.objects.filter(day__year__gte=first_year, day__year__lte=last_year).order_by()
    for day, is_worked, name in rows.values_list("day", "worked", "name"):
        (off if is_worked else worked).discard(day)
        (worked if is_worked else off).add(day)
        names[day] = name
    return replace(calendar, holidays=frozenset(off), worked_days=frozenset(worked), names=names)


def year_marks(year: int) -> list[DayMark]:
    """The days of the year that are not as their weekday says, by day. One query."""
    public, own = _public(year), {each.day: each for each in OfficeDay.objects.filter(day__year=year)}
    names = public.off[_language()]
    return [
        DayMark(
            day=day,
            worked=own[day].worked if day in own else day in public.worked,
            public_name=names.get(day, ""),
            own=own.get(day),
        )
        for day in sorted({*names, *public.worked, *own})
    ]


def public_name(day: dt.date) -> str:
    """What the public calendar calls this day off; "" for a day that it does not know."""
    return _public(day.year).off[_language()].get(day, "")


def sees_calendar(user: User | AnonymousUser) -> None:
    """Whoever books may look at the calendar, and whoever manages a network. Raises Forbidden."""
    if not {Right.BOOK, Right.MANAGE_NETWORK} & rights_of(user):
        raise Forbidden(right=Right.BOOK.value)


def manages_calendar(user: User | AnonymousUser) -> bool:
    """Whether the user manages the network of a unit that has none above it: the calendar is one for all below."""
    return any(
        Right.MANAGE_NETWORK in ROLE_RIGHTS[grant.role] and grant.unit_path.strip("/").isdecimal()
        for grant in grants_of(user)
    )


def require_calendar(user: User | AnonymousUser) -> None:
    """Raises Forbidden unless the user may change the calendar."""
    if not manages_calendar(user):
        raise Forbidden(right=Right.MANAGE_NETWORK.value)


def office_day(day: dt.date) -> OfficeDay:
    """What the office says of that day. Raises NotFound when it says nothing."""
    found = OfficeDay.objects.filter(day=day).first()
    if found is None:
        raise NotFound(day=day.isoformat())
    return found
