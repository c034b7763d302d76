"""A weekly briefing over Tết in a browser: holidays left out, one added again, one date moved, the rest half an hour
later. Tết is on 11 February 2032."""

import re

from playwright.sync_api import Page, expect

from meetings.planning.models import Meeting, Series, SkippedDate
from tests.e2e.conftest import Visit
from tests.people import People, at

TITLE = "Họp giao ban tuần"


def briefing(page: Page) -> None:
    page.goto("/meetings/new/")
    page.get_by_label("Name of the meeting").fill(TITLE)
    page.get_by_label("Day", exact=True).fill("2032-01-26")
    page.get_by_label("From").fill("08:00")
    page.get_by_label("To", exact=True).fill("09:30")
    for box in page.locator("[data-tier]").all():
        box.uncheck()
    page.get_by_label("Add single endpoints").fill("H024")
    page.get_by_label("Add single endpoints").press("Enter")
    page.get_by_label("By weeks").check()
    for weekday in ("Monday", "Thursday"):
        page.get_by_label(weekday, exact=True).check()
    page.get_by_label("Last day", exact=True).fill("2032-02-26")
    page.get_by_label("Last day", exact=True).blur()
    expect(page.locator("#sheet h2").first).to_have_text("All 2 endpoints are free")


def cancel_the_rest(page: Page) -> None:
    """After a question; every date can be added again."""
    page.get_by_role("link", name="Cancel the rest").click()
    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator("main")).to_contain_text("No date of this series is coming any more.")
    expect(page.get_by_role("link", name="Add again")).to_have_count(3)


def test_a_weekly_briefing_over_tet(as_user: Visit, people: People) -> None:
    page = as_user("secretary", language="en")
    briefing(page)
    page.get_by_role("button", name="Preview the dates").click()
    dates = page.locator("#dates tbody tr")
    expect(dates).to_have_count(10)
    expect(page.locator("#dates h2")).to_have_text("Dates: every Monday and Thursday until 26/02/2032")
    off = page.locator("#dates tr.day-off")
    expect(off).to_have_count(2)
    expect(off.first).to_contain_text("Holiday:")
    expect(off.first.get_by_role("combobox")).to_have_value("skip")
    button = page.get_by_role("button", name=re.compile(r"^Book \d+ dates$"))
    expect(button).to_have_text("Book 8 dates")
    dates.nth(1).get_by_role("combobox").select_option("skip")
    expect(button).to_have_text("Book 7 dates")
    expect(page.locator("#dates-count")).to_have_text("7 of 10 dates will be booked")
    dates.nth(1).get_by_role("combobox").select_option("book")
    assert not Meeting.objects.exists()
    button.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".lead")).to_have_text("8 dates are coming, 2 are left out.")
    series = Series.objects.get()
    assert (series.meetings.count(), SkippedDate.objects.filter(why="holiday").count()) == (8, 2)

    # The Thursday of Tết is added again after all.
    page.locator("tr.day-off").last.get_by_role("link", name="Add again").click()
    expect(page.locator(".note-warn")).to_contain_text("Holiday:")
    page.get_by_role("button", name="Book this date").click()
    expect(page.locator(".lead")).to_have_text("9 dates are coming, 1 is left out.")

    # One date alone goes to the afternoon, and stays in the series.
    third = page.locator("tbody tr", has_text="Mon\N{NO-BREAK SPACE}02/02")
    third.get_by_role("link", name="Change this one").click()
    page.get_by_label("From").fill("14:00")
    page.get_by_label("To", exact=True).fill("15:30")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.wait_for_load_state("networkidle")  # its parts are fetched anew; a fetch cut off is an error to htmx
    page.get_by_role("link", name="Date 3 of 9, every Monday and Thursday").click()
    expect(page.locator("tbody tr", has_text="moved, by the rule")).to_contain_text("14:00–15:30")

    # From the 19th on it begins half an hour later; what lies before keeps its time.
    row = page.locator("tbody tr", has_text="Thu\N{NO-BREAK SPACE}19/02")
    row.get_by_role("link", name="This and following").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 dates from 19/02/2032 on")
    page.get_by_label("From").fill("08:30")
    page.get_by_label("To", exact=True).fill("10:00")
    page.get_by_role("button", name="Change these dates").click()
    expect(page.locator(".lead")).to_have_text("3 dates are coming.")
    expect(page.locator("tbody tr").first).to_contain_text("08:30–10:00")
    later = Series.objects.latest("pk").meetings.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(later) == [at(8, 30, day=day, month=2, year=2032) for day in (19, 23, 26)]
    before = series.meetings.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(before)[2] == at(14, day=2, month=2, year=2032)
    cancel_the_rest(page)
