"""A rule of repetition in the words of the office: "every Monday and Thursday until 30/06/2025"."""

import datetime as dt

from django.utils.translation import get_language, gettext, ngettext, pgettext

from accounts.wording import day, weekday_name
from rooms.scheduling.recurrence import Rule

_A_MONDAY = dt.date(2024, 1, 1)


def rule_words(rule: Rule) -> str:
    """What the rule says, its end included, in the reader's language, to follow a noun."""
    if rule.until is not None:
        return gettext("%(often)s until %(day)s") % {"often": how_often(rule), "day": day(rule.until)}
    times = rule.count or 0
    words = ngettext("%(often)s, %(n)d time", "%(often)s, %(n)d times", times)
    return words % {"often": how_often(rule), "n": times}


def how_often(rule: Rule) -> str:
    """What the rule says, without its end."""
    if rule.frequency == "DAILY":
        return gettext("every day") if rule.interval == 1 else gettext("every %(n)d days") % {"n": rule.interval}
    if rule.frequency == "WEEKLY":
        words = gettext("every %(days)s") if rule.interval == 1 else gettext("every %(n)d weeks on %(days)s")
        return words % {"n": rule.interval, "days": _listed([weekday(each) for each in rule.weekdays])}
    words = gettext("every month on %(days)s") if rule.interval == 1 else gettext("every %(n)d months on %(days)s")
    named = [_month_day(each) for each in rule.month_days] + [_nth(which, each) for which, each in rule.nth]
    return words % {"n": rule.interval, "days": _listed(named)}


def weekday(number: int) -> str:
    """Monday = 0: "Monday", "thứ Hai"."""
    return weekday_name(_A_MONDAY + dt.timedelta(days=number), get_language() or "vi")


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return gettext("%(these)s and %(last)s") % {"these": ", ".join(words[:-1]), "last": words[-1]}


def _month_day(number: int) -> str:
    if number == -1:
        return gettext("the last day")
    if number < 0:
        return ngettext("the day %(n)d before the end", "the day %(n)d before the end", -number) % {"n": -number}
    return pgettext("of the month", "day %(n)d") % {"n": number}


def _nth(which: int, number: int) -> str:
    name = weekday(number)
    words = {
        1: pgettext("of the month", "the first %(weekday)s"),
        2: pgettext("of the month", "the second %(weekday)s"),
        3: pgettext("of the month", "the third %(weekday)s"),
        4: pgettext("of the month", "the fourth %(weekday)s"),
        5: pgettext("of the month", "the fifth %(weekday)s"),
        -1: pgettext("of the month", "the last %(weekday)s"),
    }.get(which)
    if words is None:
        words = pgettext("of the month", "%(weekday)s number %(n)d from the end")
    return words % {"weekday": name, "n": abs(which)}
