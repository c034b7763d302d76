"""The board in a browser: figures that move by themselves, keys, filters, the strip of one endpoint."""

import uuid
from collections.abc import Sequence

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from meetings.attendance.actions import ScanRequest, check_in
from meetings.planning.models import Meeting, Participant
from tests.e2e.conftest import Visit
from tests.people import People, make_person
from tests.scenes import make_meeting

ENDPOINTS = ("T1", "H024", "H026", "X00688", "X00691", "X00715")


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people, starts_at=timezone.now(), endpoints=ENDPOINTS)


@pytest.fixture
def invited(people: People, meeting: Meeting) -> dict[str, list[Participant]]:
    """Four people at each endpoint."""
    found: dict[str, list[Participant]] = {}
    for code in ENDPOINTS:
        endpoint = people.network.endpoints[code]
        found[code] = [
            Participant.objects.create(
                meeting=meeting,
                person=make_person(f"Đại biểu {number} {code}", endpoint.unit),
                full_name=f"Đại biểu {number} {code}",
                endpoint=endpoint,
            )
            for number in range(4)
        ]
    return found


def arrive(people: People, meeting: Meeting, participants: Sequence[Participant]) -> None:
    check_in(
        people.secretary,
        meeting,
        [
            ScanRequest(
                op_id=uuid.uuid4(),
                endpoint=one.endpoint.code,
                method="manual",
                participant=one.pk,
                scanned_at=timezone.now(),
            )
            for one in participants
        ],
    )


def open_board(as_user: Visit, meeting: Meeting, query: str = "", who: str = "secretary") -> Page:
    page = as_user(who, viewport=(1920, 1080), language="en")
    page.clock.install()
    page.goto(f"/meetings/{meeting.pk}/board/{query}")
    expect(page.locator("[data-connection]")).to_have_text("Live")
    return page


def tile(page: Page, code: str) -> Locator:
    return page.locator(f'.tile[data-code="{code}"]')


def test_tiles_sums_and_the_side_list_follow_the_roll_call(
    as_user: Visit, people: People, meeting: Meeting, invited: dict[str, list[Participant]]
) -> None:
    page = open_board(as_user, meeting)
    expect(page.locator("[data-short-list] > li")).to_have_count(6)
    arrive(people, meeting, [*invited["X00715"], *invited["T1"][:3]])
    expect(tile(page, "X00715")).to_have_class("tile tile-good")
    expect(tile(page, "T1")).to_have_accessible_name("UBND tỉnh – Phòng họp trực tuyến 3/4 present, short of 1")
    expect(page.locator("[data-sums] [data-present]")).to_have_text("7")
    expect(page.locator("[data-enough]")).to_have_text("1")
    expect(page.locator("[data-sums] [data-short]")).to_have_text("5")
    expect(page.locator('[data-short-of="T1"] [data-present]')).to_have_text("3")
    expect(page.locator('[data-short-of="X00715"]')).to_have_count(0)
    page.clock.fast_forward(10_000)
    expect(page.locator("[data-told]")).to_have_text("7 of 24 present. Endpoints short of people: 5.")


def test_arrows_walk_over_the_tiles_and_enter_opens_the_strip(
    as_user: Visit, people: People, meeting: Meeting, invited: dict[str, list[Participant]]
) -> None:
    arrive(people, meeting, invited["H024"][:1])
    page = open_board(as_user, meeting)
    expect(page.locator('.tile[tabindex="0"]')).to_have_count(1)
    tile(page, "T1").focus()
    page.keyboard.press("ArrowRight")
    expect(tile(page, "H024")).to_be_focused()
    page.keyboard.press("End")
    expect(tile(page, "X00715")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    strip = page.locator("[data-endpoint-strip]")
    expect(strip.get_by_role("heading", level=2)).to_be_focused()
    expect(strip.locator(".strip-absent li")).to_have_count(3)
    expect(strip.get_by_role("heading", level=3)).to_have_text("3 people not checked in")
    arrive(people, meeting, invited["H024"][1:2])
    expect(strip.locator(".strip-absent li")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(strip).to_have_count(0)
    expect(tile(page, "H024")).to_be_focused()


def test_filters_leave_what_is_asked_for_and_the_address_keeps_them(
    as_user: Visit, people: People, meeting: Meeting, invited: dict[str, list[Participant]]
) -> None:
    arrive(people, meeting, [*invited["T1"], *invited["X00715"]])
    page = open_board(as_user, meeting)
    visible = page.locator(".tile:visible")
    page.get_by_text("Only short ones").click()
    expect(visible).to_have_count(4)
    page.get_by_label("Part of the network").select_option(label="Đồng Văn district")
    expect(visible).to_have_count(0)
    expect(page.locator("[data-none]")).to_be_visible()
    page.reload()
    expect(visible).to_have_count(0)
    page.get_by_text("Only short ones").click()
    expect(visible).to_have_count(1)
    page.get_by_label("Part of the network").select_option("")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("/")
    page.keyboard.type("quang trung")
    expect(visible).to_have_count(1)
    expect(visible).to_have_attribute("data-code", "X00688")


def test_an_observer_sees_figures_and_no_names(
    as_user: Visit, meeting: Meeting, people: People, invited: dict[str, list[Participant]]
) -> None:
    chair = open_board(as_user, meeting, "?endpoint=H026", who="chair")
    expect(chair.locator("[data-endpoint-strip]")).to_contain_text("Đồng Văn district")
    expect(chair.locator(".strip-absent")).to_have_count(0)
    expect(chair.get_by_role("link", name="Scan here")).to_have_count(0)
