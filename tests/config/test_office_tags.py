"""Tags and filters as templates use them."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation

NBSP = "\N{NO-BREAK SPACE}"
UTC_MORNING = dt.datetime(2025, 5, 15, 3, 12, 5, tzinfo=dt.UTC)


def rendered(text: str, language: str = "vi", **context: object) -> str:
    with translation.override(language):
        return Template(text).render(Context(context))


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("{{ 3028|number }}", "vi", "3.028"),
        ("{{ 3028|number }}", "en", "3,028"),
        ("{{ 3028|of:3156|percent }}", "vi", "95,9%"),
        ("{{ 0|of:0|percent }}", "vi", "0,0%"),
        ("{{ nothing|number }}{{ nothing|percent }}{{ nothing|day }}{{ nothing|clock }}{{ nothing|size }}", "vi", ""),
        ("{{ at|day }}", "vi", "15/05/2025"),
        ("{{ at|day_month }}", "vi", "15/05"),
        ("{{ at|weekday_day|capfirst }}", "vi", f"Thứ{NBSP}Năm 15/05/2025"),
        ("{{ at|weekday_day }}", "en", "Thursday 15/05/2025"),
        ("{{ at|short_day }}", "vi", f"T5{NBSP}15/05"),
        ("{{ at|clock }}", "vi", "10:12"),
        ("{{ at|clock_seconds }}", "vi", "10:12:05"),
        ("{% time_range at later %}", "vi", "10:12–12:12"),
        ("{{ unit|spoken }}", "vi", "tỉnh Hà Giang"),
        ("{{ unit|spoken }}", "en", "Tỉnh Hà Giang"),
        ("{{ 1234567|size }}", "vi", f"1,2{NBSP}MB"),
    ],
)
def test_filters_write_in_the_readers_language_and_the_time_of_vietnam(text: str, language: str, shown: str) -> None:
    context = {"at": UTC_MORNING, "later": UTC_MORNING + dt.timedelta(hours=2), "unit": "Tỉnh Hà Giang"}
    assert rendered(text, language, nothing=None, **context) == shown


def test_the_day_after_midnight_in_vietnam_is_the_next_day() -> None:
    assert rendered("{{ at|day }}", at=dt.datetime(2025, 5, 15, 17, 30, tzinfo=dt.UTC)) == "16/05/2025"


def test_an_icon_beside_a_word_is_hidden_from_screen_readers() -> None:
    assert rendered('{% icon "wrench" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/icons/sprite.svg#wrench"></use></svg>'
    )


def test_an_icon_that_stands_alone_has_a_name_and_escapes_it() -> None:
    assert rendered('{% icon "lock" label=word css="tone-ok" %}', word='"<') == (
        '<svg class="icon tone-ok" role="img" aria-label="&quot;&lt;">'
        '<use href="/static/icons/sprite.svg#lock"></use></svg>'
    )


def test_a_bar_is_as_long_as_its_share_and_never_longer_than_the_whole() -> None:
    assert 'width="25.00%"' in rendered("{% bar 2 8 %}")
    assert 'width="100.00%"' in rendered("{% bar 9 8 %}")
    assert 'width="0.00%"' in rendered("{% bar 0 0 %}")
