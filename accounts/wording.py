"""How numbers, dates and times are written in the two languages: for pages, mail, PDF and XLSX alike.

`language` is a code such as "vi" or "en-gb"; whatever is not English is written the Vietnamese way. Dates are in the
order day/month/year in both. Datetimes are written as they are: convert them to the reader's zone first.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

NBSP = "\N{NO-BREAK SPACE}"
EN_DASH = "\N{EN DASH}"

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_VI = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_SHORT_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TERMS = re.compile(
    r"\b(?:điểm cầu|trực tuyến|trực tiếp|chủ trì|chủ tọa"
    r"|cấp (?:tỉnh|huyện|xã)|thứ (?:Hai|Ba|Tư|Năm|Sáu|Bảy)|tháng \d+)\b",
    re.IGNORECASE,
)
_UNITS_OF_SIZE = ("B", "kB", "MB", "GB", "TB")


def is_english(language: str) -> bool:
    return language.lower().startswith("en")


def number(value: float | Decimal, language: str, decimals: int = 0) -> str:
    """3.028 in Vietnamese, 3,028 in English; halves are rounded away from zero."""
    step = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP):,}"
    if is_english(language):
        return text
    return text.translate(str.maketrans(",.", ".,"))


def percent(share: float | Fraction | Decimal, language: str, decimals: int = 1) -> str:
    """A share of 0 to 1 as 95,9% or 95.9%."""
    hundredfold = Fraction(share) * 100
    value = Decimal(hundredfold.numerator) / Decimal(hundredfold.denominator)
    return number(value, language, decimals) + "%"


def share(part: int, whole: int) -> Fraction:
    """The exact share of `part` in `whole`; 0 when there is no whole."""
    return Fraction(part, whole) if whole else Fraction(0)


def size(octets: int, language: str) -> str:
    """The size of a file in units of 1,000: "850 kB", "1,2 MB"."""
    value, unit = Decimal(octets), 0
    while value >= 1000 and unit < len(_UNITS_OF_SIZE) - 1:
        value /= 1000
        unit += 1
    decimals = 1 if unit >= 2 and value < 100 else 0
    return f"{number(value, language, decimals)}{NBSP}{_UNITS_OF_SIZE[unit]}"


def weekday_name(day: dt.date, language: str) -> str:
    """ "thứ Năm" (with a space that does not break), "Thursday"."""
    names = _WEEKDAYS_EN if is_english(language) else _WEEKDAYS_VI
    return names[day.weekday()].replace(" ", NBSP)


def short_weekday(day: dt.date, language: str) -> str:
    """T2 to T7 and CN, Mon to Sun."""
    return (_SHORT_EN if is_english(language) else _SHORT_VI)[day.weekday()]


def day(value: dt.date) -> str:
    """15/05/2025."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def day_month(value: dt.date) -> str:
    """15/05."""
    return f"{value.day:02}/{value.month:02}"


def weekday_day(value: dt.date, language: str) -> str:
    """ "thứ Năm 15/05/2025", "Thursday 15/05/2025"."""
    return f"{weekday_name(value, language)} {day(value)}"


def short_day(value: dt.date, language: str) -> str:
    """ "T5 15/05", "Thu 15/05"."""
    return f"{short_weekday(value, language)}{NBSP}{day_month(value)}"


def clock(value: dt.time | dt.datetime) -> str:
    """14:00."""
    return f"{value.hour:02}:{value.minute:02}"


def clock_seconds(value: dt.time | dt.datetime) -> str:
    """10:32:05."""
    return f"{clock(value)}:{value.second:02}"


def time_range(start: dt.time | dt.datetime, end: dt.time | dt.datetime) -> str:
    """14:00–16:30; an end on another day carries its date: 22:00–01:30 (16/05)."""
    text = f"{clock(start)}{EN_DASH}{clock(end)}"
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime) and start.date() != end.date():
        return f"{text} ({day_month(end)})"
    return text


def sentence_case(text: str) -> str:
    """The text with a capital in front, for the beginning of a sentence: "Thứ Năm 15/05/2025"."""
    return text[:1].upper() + text[1:]


def spoken_unit(name: str) -> str:
    """The name of a unit inside a sentence: its kind loses the capital, "tỉnh Hà Giang"."""
    return name[:1].lower() + name[1:]


def two_lines(text: str) -> tuple[str, ...]:
    """A long name in two lines of nearly equal length, broken at a space; a name of up to 16 letters stays whole."""
    words = text.split(" ")
    if len(text) <= 16 or len(words) < 2:
        return (text,)
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(halves, key=lambda pair: max(len(pair[0]), len(pair[1])))


def bound(text: str) -> str:
    """The text with the spaces inside its terms made unbreakable: no line ends in "điểm" and begins with "cầu"."""
    return _TERMS.sub(lambda term: term.group().replace(" ", NBSP), text)
