"""The pages of the network in a browser: a time is found, space is dragged to book, a bar is dragged to move,
on a day and in a week."""

import datetime as dt
import re

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from meetings.planning.models import Meeting
from tests.e2e.conftest import Visit, Watch
from tests.people import People, at
from tests.scenes import make_meeting

DAY = "2031-12-01"
TITLE = "Hội nghị giao ban trực tuyến"


@pytest.fixture
def meeting(people: People) -> Meeting:
    """14:00–16:00 at T1 and H026, line test from 13:00."""
    return make_meeting(people, endpoints=["T1", "H026"], starts_at=at(14), title=TITLE)


def open_day(as_user: Visit, **options: object) -> Page:
    page = as_user("secretary", language="en", **options)
    page.goto(f"/network/?day={DAY}&view=grid")
    return page


def track(page: Page, code: str) -> Locator:
    return page.locator(f'[data-code="{code}"] .avail-track')


def spot(track: Locator, hour: float) -> tuple[float, float]:
    """Where that hour lies on the row."""
    box = track.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * (hour - 7) / 11, box["y"] + box["height"] / 2


def open_week(as_user: Visit, day: str = DAY, **options: object) -> Page:
    page = as_user("secretary", language="en", **options)
    page.goto(f"/network/?day={day}&view=week")
    return page


def week_spot(page: Page, code: str, day: int, hour: float, *, first: int = 7, last: int = 18) -> tuple[float, float]:
    """Where that hour of that day lies on the row: Monday is 0, Saturday and Sunday are narrow."""
    box = track(page, code).bounding_box()
    assert box is not None
    weights = [10] * 5 + [4] * 2
    share = (sum(weights[:day]) + weights[day] * (hour - first) / (last - first)) / sum(weights)
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


def minute(day: int, hour: int) -> str:
    """As a bar of the week says when it begins."""
    return str((24 * day + hour) * 60)


def bar(page: Page, code: str) -> Locator:
    return page.locator(f'[data-code="{code}"] [data-move]').last


def mouse(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)


def when(meeting: Meeting) -> str:
    meeting.refresh_from_db()
    return f"{meeting.starts_at.astimezone(at(0).tzinfo):%H:%M}"


def test_space_over_several_rows_is_dragged_to_a_booking(as_user: Visit, people: People) -> None:
    page = open_day(as_user)
    mouse(page, spot(track(page, "T1"), 9.02), spot(track(page, "T2"), 10.98))
    expect(page.locator("[data-drag-now]")).to_have_text("09:00–11:00, 2 endpoints")
    page.mouse.up()
    expect(page.get_by_role("heading", level=1)).to_have_text("Book a meeting")
    expect(page.get_by_label("Day", exact=True)).to_have_value(DAY)
    expect(page.get_by_label("From")).to_have_value("09:00")
    expect(page.get_by_label("To", exact=True)).to_have_value("11:00")
    expect(page.locator("#held")).to_contain_text("01/12/2031: endpoints are held from 08:00 to 11:00")
    expect(page.locator("#chosen-sum")).to_have_text("2")


def test_a_bar_is_dragged_to_another_time_and_back(as_user: Visit, meeting: Meeting) -> None:
    page = open_day(as_user)
    mouse(page, spot(track(page, "T1"), 15), spot(track(page, "T1"), 15.27))
    expect(page.locator("[data-drag-now]")).to_have_text("14:00–16:00 → 14:15–16:15")
    page.mouse.up()
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Moved to 14:15–16:15.")
    expect(bar(page, "H026")).to_have_attribute("title", re.compile("14:15–16:15"))
    assert when(meeting) == "14:15"
    toast.get_by_role("button", name="Undo").click()
    expect(bar(page, "T1")).to_have_attribute("title", re.compile("14:00–16:00"))
    assert when(meeting) == "14:00"


def test_the_end_of_a_bar_is_dragged_to_make_it_longer_and_back(as_user: Visit, meeting: Meeting) -> None:
    page = open_day(as_user)
    x, y = spot(track(page, "T1"), 16)
    mouse(page, (x - 3, y), (spot(track(page, "T1"), 17.02)[0] - 3, y))
    expect(page.locator("[data-drag-now]")).to_have_text("14:00–16:00 → 14:00–17:00")
    page.mouse.up()
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("The meeting is now 14:00–17:00.")
    expect(bar(page, "H026")).to_have_attribute("title", re.compile("14:00–17:00"))
    assert when(meeting) == "14:00"
    toast.get_by_role("button", name="Undo").click()
    expect(bar(page, "T1")).to_have_attribute("title", re.compile("14:00–16:00"))


def test_what_does_not_fit_goes_back_and_says_why(
    as_user: Visit, people: People, meeting: Meeting, watch: Watch
) -> None:
    watch.allow("409")
    make_meeting(people, endpoints=["H026"], starts_at=at(9), setup_minutes=0, title="Giao ban huyện")
    page = open_day(as_user)
    before = bar(page, "T1").get_attribute("class")
    mouse(page, spot(track(page, "T1"), 15), spot(track(page, "T1"), 11))
    page.mouse.up()
    expect(page.locator("[data-drag-said]")).to_contain_text("09:00–11:00, Giao ban huyện")
    expect(page.locator(".cell-lifted, .cell-moving")).to_have_count(0)
    expect(bar(page, "T1")).to_have_class(before or "")
    assert when(meeting) == "14:00"


def test_escape_lets_go_of_the_bar(as_user: Visit, meeting: Meeting) -> None:
    page = open_day(as_user)
    mouse(page, spot(track(page, "T1"), 15), spot(track(page, "T1"), 12))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("[data-drag-now]")).to_have_text("")
    assert when(meeting) == "14:00"


def test_a_bar_is_reached_and_opened_by_keys(as_user: Visit, meeting: Meeting) -> None:
    page = open_day(as_user)
    page.locator("#T1").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(bar(page, "T1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/meetings/{meeting.pk}/"))


class Finger:
    """A finger on the glass, as the browser itself feels it."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def press(self, point: tuple[float, float]) -> None:
        self._send("touchStart", point)

    def slide(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        for n in range(1, 7):
            self._send("touchMove", (start[0] + (end[0] - start[0]) * n / 6, start[1] + (end[1] - start[1]) * n / 6))

    def lift(self) -> None:
        self._send("touchEnd")


def test_a_long_press_takes_the_bar_and_a_finger_moves_it(as_user: Visit, meeting: Meeting) -> None:
    page = open_day(as_user, viewport=(1280, 820), has_touch=True)
    finger = Finger(page)
    start, end = spot(track(page, "T1"), 15), spot(track(page, "T1"), 16.02)
    finger.press(start)
    expect(page.locator("[data-drag-now]")).not_to_have_text("")
    finger.slide(start, end)
    expect(page.locator("[data-drag-now]")).to_have_text("14:00–16:00 → 15:00–17:00")
    finger.lift()
    expect(page.locator("[data-toast]")).to_contain_text("Moved to 15:00–17:00.")
    assert when(meeting) == "15:00"
    page.get_by_role("button", name="Undo").tap()
    expect(bar(page, "T1")).to_have_attribute("title", re.compile("14:00–16:00"))


def test_a_long_press_on_free_space_books(as_user: Visit, people: People) -> None:
    page = open_day(as_user, viewport=(1280, 820), has_touch=True)
    finger = Finger(page)
    start, end = spot(track(page, "T1"), 8.02), spot(track(page, "T1"), 9.98)
    finger.press(start)
    expect(page.locator("[data-drag-now]")).not_to_have_text("")
    finger.slide(start, end)
    finger.lift()
    expect(page.get_by_label("From")).to_have_value("08:00")
    expect(page.get_by_label("To", exact=True)).to_have_value("10:00")


def test_space_of_one_day_of_the_week_is_dragged_to_a_booking(as_user: Visit, people: People) -> None:
    page = open_week(as_user)
    mouse(page, week_spot(page, "T1", 2, 9.03), week_spot(page, "T2", 2, 10.97))
    expect(page.locator("[data-drag-now]")).to_have_text("Wed 03/12 09:00–11:00, 2 endpoints")
    page.mouse.move(*week_spot(page, "T2", 4, 12))
    expect(page.locator("[data-drag-now]")).to_have_text("Wed 03/12 09:00–18:00, 2 endpoints")
    page.mouse.move(*week_spot(page, "T2", 2, 11.47))
    page.mouse.up()
    expect(page.get_by_label("Day", exact=True)).to_have_value("2031-12-03")
    expect(page.get_by_label("From")).to_have_value("09:00")
    expect(page.get_by_label("To", exact=True)).to_have_value("11:30")
    expect(page.locator("#chosen-sum")).to_have_text("2")


def test_a_bar_is_dragged_to_another_day_at_the_same_hour_and_back(as_user: Visit, meeting: Meeting) -> None:
    page = open_week(as_user)
    mouse(page, week_spot(page, "T1", 0, 15), week_spot(page, "T1", 5, 9))
    expect(page.locator("[data-drag-now]")).to_have_text("Mon 01/12 14:00–16:00 → Sat 06/12 14:00–16:00")
    expect(page.locator('[data-code="H026"] .cell-moving')).to_have_count(2)
    page.mouse.up()
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Moved to Sat 06/12 14:00–16:00.")
    expect(bar(page, "H026")).to_have_attribute("data-start", minute(5, 14))
    meeting.refresh_from_db()
    assert meeting.starts_at == at(14, day=6)
    toast.get_by_role("button", name="Undo").click()
    expect(bar(page, "T1")).to_have_attribute("data-start", minute(0, 14))
    meeting.refresh_from_db()
    assert meeting.starts_at == at(14)


def test_within_its_day_a_bar_of_the_week_moves_by_half_hours(as_user: Visit, meeting: Meeting) -> None:
    page = open_week(as_user)
    mouse(page, week_spot(page, "T1", 0, 15), week_spot(page, "T1", 0, 13.55))
    expect(page.locator("[data-drag-now]")).to_have_text("Mon 01/12 14:00–16:00 → Mon 01/12 12:30–14:30")
    page.mouse.up()
    expect(page.locator("[data-toast]")).to_contain_text("Moved to 12:30–14:30.")
    assert when(meeting) == "12:30"


def test_a_day_that_does_not_fit_puts_the_bars_of_the_week_back_and_says_why(
    as_user: Visit, people: People, meeting: Meeting, watch: Watch
) -> None:
    watch.allow("409")
    make_meeting(people, endpoints=["H026"], starts_at=at(15, day=3), setup_minutes=0, title="Giao ban huyện")
    page = open_week(as_user)
    mouse(page, week_spot(page, "T1", 0, 15), week_spot(page, "T1", 2, 8))
    expect(page.locator(".cell-lifted")).to_have_count(4)
    page.mouse.up()
    expect(page.locator("[data-drag-said]")).to_contain_text("15:00–17:00, Giao ban huyện")
    expect(page.locator(".cell-lifted, .cell-moving")).to_have_count(0)
    expect(bar(page, "T1")).to_have_attribute("data-start", minute(0, 14))
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.version) == (at(14), 1)
    # What is said stands above the grid, and stays while the next drag is aimed.
    mouse(page, week_spot(page, "T1", 3, 9.03), week_spot(page, "T2", 3, 10.97))
    expect(page.locator("[data-drag-now]")).to_have_text("Thu 04/12 09:00–11:00, 2 endpoints")


def test_a_day_of_the_past_is_refused(as_user: Visit, people: People, watch: Watch) -> None:
    watch.allow("422")
    monday = at(14) - dt.timedelta(weeks=(at(14) - dt.datetime.now(dt.UTC)).days // 7 + 2)
    meeting = make_meeting(people, endpoints=["T1"], starts_at=monday)
    page = open_week(as_user, f"{monday:%Y-%m-%d}")
    mouse(page, week_spot(page, "T1", 0, 15), week_spot(page, "T1", 1, 15))
    page.mouse.up()
    expect(page.locator("[data-drag-said]")).to_contain_text("this time is over")
    meeting.refresh_from_db()
    assert meeting.starts_at == monday


def test_what_lasts_beyond_midnight_moves_by_days_only(as_user: Visit, people: People) -> None:
    meeting = make_meeting(people, endpoints=["T1"], starts_at=at(22, day=2), minutes=180, setup_minutes=0)
    page = open_week(as_user)
    grip = week_spot(page, "T1", 1, 23, first=0, last=24)
    mouse(page, grip, week_spot(page, "T1", 1, 12, first=0, last=24))
    before = "Tue 02/12 22:00–Wed 03/12 01:00"
    expect(page.locator("[data-drag-now]")).to_have_text(f"{before} → {before}")
    page.mouse.move(*week_spot(page, "T1", 3, 12, first=0, last=24))
    expect(page.locator("[data-drag-now]")).to_have_text(f"{before} → Thu 04/12 22:00–Fri 05/12 01:00")
    expect(page.locator(".cell-moving")).to_have_count(2)
    page.mouse.up()
    expect(bar(page, "T1")).to_have_attribute("data-start", minute(3, 22))
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.ends_at) == (at(22, day=4), at(1, day=5))


def test_a_bar_of_the_week_that_escape_let_go_of_is_still_a_link(as_user: Visit, meeting: Meeting) -> None:
    page = open_week(as_user)
    grip = week_spot(page, "T1", 0, 15)
    mouse(page, grip, week_spot(page, "T1", 1, 15))
    page.mouse.move(*grip)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("[data-drag-now]")).to_have_text("")
    expect(page.locator(".cell-lifted, .cell-moving")).to_have_count(0)
    expect(page).to_have_url(re.compile("/network/"))
    page.mouse.click(*grip)
    expect(page).to_have_url(re.compile(f"/meetings/{meeting.pk}/"))


def test_a_long_press_moves_a_bar_of_a_scrolled_week(as_user: Visit, meeting: Meeting) -> None:
    page = open_week(as_user, viewport=(760, 820), has_touch=True)
    scrolled = page.locator(".avail-scroll").evaluate("scroll => (scroll.scrollLeft = 9999) && scroll.scrollLeft")
    assert scrolled > 0
    finger = Finger(page)
    start, end = week_spot(page, "T1", 0, 15), week_spot(page, "T1", 6, 10)
    finger.press(start)
    expect(page.locator("[data-drag-now]")).not_to_have_text("")
    finger.slide(start, end)
    expect(page.locator("[data-drag-now]")).to_have_text("Mon 01/12 14:00–16:00 → Sun 07/12 14:00–16:00")
    finger.lift()
    expect(page.locator("[data-toast]")).to_contain_text("Moved to Sun 07/12 14:00–16:00.")
    meeting.refresh_from_db()
    assert meeting.starts_at == at(14, day=7)


def test_a_conflict_is_booked_around_with_the_slot_finder(as_user: Visit, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(7), minutes=300, setup_minutes=0, title="Tập huấn")
    page = as_user("secretary", language="en")
    page.goto("/network/slots/?add=T1&add=H026")
    page.get_by_label("Length in minutes").fill("120")
    page.get_by_label("From day").fill(DAY)
    page.get_by_label("To day").fill(DAY)
    page.get_by_role("button", name="Find free times").click()
    expect(page.get_by_role("heading", name="Times when all 2 endpoints are free")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("H026"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Book")).first.click()
    page.get_by_label("Name of the meeting").fill(TITLE)
    expect(page.get_by_label("From")).to_have_value("13:30")
    page.get_by_role("button", name=re.compile("^Book")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    assert when(Meeting.objects.get(title=TITLE)) == "13:30"


def test_the_map_is_walked_by_arrows_and_a_week_by_keys(as_user: Visit, people: People) -> None:
    for code, (lat, lon) in {"02": (22.82, 104.98), "024": (22.83, 104.99), "026": (23.28, 105.36)}.items():
        unit = people.network.units[code]
        unit.lat, unit.lon = lat, lon
        unit.save()
    page = as_user("secretary", language="en")
    page.goto("/network/map/")
    page.locator("#at-H024").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#at-H026")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Chosen endpoint")).to_contain_text("H026")
    page.get_by_role("link", name="Week", exact=True).click()
    expect(page.get_by_role("link", name="Week", exact=True)).to_have_attribute("aria-current", "page")
