"""Tags and filters of every template: icons, numbers, dates, bars. The words come from accounts.wording."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts import wording
from audit.middleware import current_request_id
from config.network_drawing import Drawing, draw, places_of_network

register = template.Library()


def language() -> str:
    return get_language() or "vi"


def here(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def as_date(value: dt.date | dt.datetime) -> dt.date:
    return here(value).date() if isinstance(value, dt.datetime) else value


def as_clock(value: dt.datetime | dt.time) -> dt.datetime | dt.time:
    return here(value) if isinstance(value, dt.datetime) else value


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers. `label` is for an icon without a word beside it."""
    address = f"{static('icons/sprite.svg')}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, address)


@register.filter
def number(value: float | Decimal | None, decimals: int = 0) -> str:
    """3.028, or 3,028 in English; nothing for nothing."""
    return "" if value is None or value == "" else wording.number(value, language(), decimals)


@register.filter
def percent(value: float | Fraction | Decimal | None) -> str:
    """A share of 0 to 1 as 95,9%."""
    return "" if value is None or value == "" else wording.percent(value, language())


@register.filter
def of(part: int, whole: int) -> Fraction:
    """The share of `part` in `whole`: {{ present|of:summoned|percent }}."""
    return wording.share(int(part or 0), int(whole or 0))


@register.filter
def size(octets: int | None) -> str:
    """The size of a file: 1,2 MB."""
    return "" if octets is None else wording.size(octets, language())


@register.filter
def day(value: dt.date | None) -> str:
    """15/05/2025."""
    return wording.day(as_date(value)) if value else ""


@register.filter
def day_month(value: dt.date | None) -> str:
    """15/05."""
    return wording.day_month(as_date(value)) if value else ""


@register.filter
def weekday_day(value: dt.date | None) -> str:
    """ "thứ Năm 15/05/2025"; with |capfirst at the beginning of a line."""
    return wording.weekday_day(as_date(value), language()) if value else ""


@register.filter
def short_day(value: dt.date | None) -> str:
    """ "T5 15/05"."""
    return wording.short_day(as_date(value), language()) if value else ""


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """14:00."""
    return wording.clock(as_clock(value)) if value else ""


@register.filter
def clock_seconds(value: dt.datetime | dt.time | None) -> str:
    """10:32:05."""
    return wording.clock_seconds(as_clock(value)) if value else ""


@register.simple_tag
def time_range(start: dt.datetime | dt.time, end: dt.datetime | dt.time) -> str:
    """14:00–16:30."""
    return wording.time_range(as_clock(start), as_clock(end))


@register.filter
def spoken(name: str) -> str:
    """The name of a unit inside a sentence: "tỉnh Hà Giang". English names begin with the proper name and stay."""
    return str(name) if wording.is_english(language()) else wording.spoken_unit(str(name))


@register.filter
def bound(text: str) -> str:
    """A title whose terms (điểm cầu, trực tuyến, tháng 5) are never broken over two lines."""
    return wording.bound(str(text))


@register.inclusion_tag("parts/_bar.html")
def bar(value: int, whole: int, tone: str = "solid", css: str = "") -> dict[str, object]:
    """A bar of one part. Shown to the eye only: the numbers stand beside it as text."""
    filled = min(wording.share(value, whole), Fraction(1))
    return {"width": f"{float(filled) * 100:.2f}", "tone": tone, "css": css}


@register.simple_tag
def network_drawing() -> Drawing | None:
    """Every endpoint of the network as a dot under the one it hangs on, for parts/_network_dots.html. One query."""
    return draw(places_of_network(timezone.localdate(), language()))


@register.simple_tag
def incident() -> str:
    """The name under which this request stands in journal and log: what a caller reads to the technical office."""
    return current_request_id()
