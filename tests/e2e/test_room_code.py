"""The room screen and the delegate's own device: what hangs on the wall is what the telephone opens."""

import json

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from meetings.attendance.codes import STEP_SECONDS
from meetings.attendance.models import CheckIn, Scan
from meetings.attendance.qr import qr_path
from meetings.attendance.selectors import room_code
from meetings.planning.models import Meeting
from tests.e2e.conftest import Visit, Watch
from tests.people import People
from tests.scenes import invite, make_meeting

WALL = (1920, 1080)
PHONE = (390, 844)


@pytest.fixture
def meeting(people: People) -> Meeting:
    """One that begins now, with the delegate invited to Lũng Cú."""
    found = make_meeting(people, starts_at=timezone.now())
    invite(found, people, "delegate", "X00715")
    return found


def open_screen(as_user: Visit, **options: object) -> Page:
    page = as_user("operator", viewport=WALL, language="en", **options)
    page.goto("/endpoints/X00715/screen/")
    return page


def shown(page: Page) -> str:
    return page.locator("[data-code] path").nth(1).get_attribute("d") or ""


def test_a_delegate_opens_what_the_screen_shows_and_is_counted_on_it(
    as_user: Visit, server: str, people: People, meeting: Meeting
) -> None:
    screen = open_screen(as_user)
    expect(screen.locator("[data-present]")).to_have_text("0")
    text = room_code(people.network.endpoints["X00715"]).text
    address = f"{server}/c/{text}"
    expect(screen.locator("[data-code] path").nth(1)).to_have_attribute("d", qr_path(address).path)
    phone = as_user("delegate", viewport=PHONE, language="en")
    phone.goto(address)
    expect(phone.get_by_role("heading", level=2)).to_have_text(meeting.title)
    assert Scan.objects.count() == 0
    phone.get_by_role("button", name="Check in").click()
    expect(phone.locator(".scan-result strong")).to_have_text("Checked in")
    expect(screen.locator("[data-present]")).to_have_text("1")
    expect(screen.locator("[data-missing]")).to_have_text("0")
    row = CheckIn.objects.get()
    assert (row.participant.full_name, row.endpoint.code, row.method) == ("Giàng Thị Súa", "X00715", "rotating_qr")
    assert row.scan is not None
    assert len(row.scan.device) == 43


def test_a_visitor_logs_in_and_comes_back_to_the_code(as_user: Visit, people: People, meeting: Meeting) -> None:
    text = room_code(people.network.endpoints["X00715"]).text
    phone = as_user(None, viewport=PHONE, language="en")
    phone.goto(f"/c/{text}")
    phone.locator("input[name=login]").fill("delegate")
    phone.locator("input[name=password]").fill("demo-pass-1")
    phone.locator("input[name=password]").press("Enter")
    expect(phone.get_by_role("button", name="Check in")).to_be_visible()
    assert phone.url.endswith(f"/c/{text}")


def test_the_next_code_takes_the_place_of_the_last(as_user: Visit, meeting: Meeting) -> None:
    screen = open_screen(as_user)
    before = shown(screen)

    def answer(route: Route) -> None:
        body = route.fetch().json()
        body["svg"] = f'<svg xmlns="http://www.w3.org/2000/svg"><path/><path d="{qr_path("R1.NEXT").path}"/></svg>'
        route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    screen.route("**/screen/code", answer)
    expect(screen.locator("[data-seconds]")).not_to_have_text("")
    screen.evaluate("dispatchEvent(new Event('online'))")
    expect(screen.locator("[data-code] path").nth(1)).to_have_attribute("d", qr_path("R1.NEXT").path)
    assert before != qr_path("R1.NEXT").path


def test_a_code_that_is_too_old_is_greyed_out_until_the_line_is_back(
    as_user: Visit, watch: Watch, meeting: Meeting
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    page = as_user("operator", viewport=WALL, language="en")
    page.clock.install()
    page.goto("/endpoints/X00715/screen/")
    expect(page.locator("[data-old]")).to_be_hidden()
    page.context.set_offline(True)
    page.clock.fast_forward(STEP_SECONDS * 1000 + 5000)
    expect(page.locator("[data-lost-words]")).to_contain_text("Offline since")
    expect(page.locator("[data-old]")).to_be_visible()
    page.context.set_offline(False)
    page.clock.fast_forward(5000)
    expect(page.locator("[data-old]")).to_be_hidden()
    expect(page.locator("[data-lost]")).to_be_hidden()


def test_a_screen_with_nothing_on_shows_the_meeting_when_its_time_comes(as_user: Visit, people: People) -> None:
    page = as_user("operator", viewport=WALL, language="en")
    page.clock.install()
    page.goto("/endpoints/X00715/screen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No meeting is planned for this endpoint")
    meeting = make_meeting(people, starts_at=timezone.now())
    page.clock.fast_forward(31_000)
    expect(page.get_by_role("heading", level=1)).to_have_text(meeting.title)
    expect(page.locator("[data-code] svg")).to_be_visible()
