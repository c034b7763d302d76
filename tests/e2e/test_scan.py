"""The usher's page in a browser: camera, keyboard, list; with a line, without one, and when the line comes back."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, Route, expect

from audit.models import Entry
from meetings.attendance.actions import ScanRequest, check_in
from meetings.attendance.models import CheckIn, Scan
from meetings.attendance.selectors import personal_code_of
from meetings.planning.models import Meeting, Participant
from tests.e2e.conftest import Visit, Watch, log_in
from tests.e2e.video import FILMING, film
from tests.people import People, at, make_person
from tests.scenes import make_meeting

PHONE = (390, 844)
NO_LINE = r"ERR_INTERNET_DISCONNECTED"
FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (row) {
  if (this.name === "waiting") throw new DOMException("", "QuotaExceededError");
  return put.call(this, row);
};
"""


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def delegates(meeting: Meeting, people: People) -> list[Participant]:
    """Three people invited to Lũng Cú, where the operator of tests/people.py scans."""
    names = ["Giàng Thị Súa", "Vàng Mí Dình", "Thào Mí Già"]
    return [
        Participant.objects.create(
            meeting=meeting,
            person=make_person(name, people.network.units["00715"], position="Phó Chủ tịch"),
            full_name=name,
            position="Phó Chủ tịch",
            unit_name="Xã Lũng Cú",
            endpoint=people.network.endpoints["X00715"],
        )
        for name in names
    ]


def says(page: Page, word: str, *more: str) -> None:
    """The field of the result: its word, and what stands below it."""
    expect(page.locator("[data-said] strong")).to_have_text(word)
    for text in more:
        expect(page.locator("[data-said]")).to_contain_text(text)


def foot(page: Page, text: str) -> None:
    expect(page.locator("[data-count]")).to_have_text(text)


def type_code(page: Page, code: str) -> None:
    field = page.get_by_label("Code on the invitation")
    if not field.is_visible():
        page.get_by_role("button", name="Enter code").click()
    field.fill(code)
    field.press("Enter")


def open_scan(as_user: Visit, meeting: Meeting, who: str = "operator", **options: object) -> Page:
    page = as_user(who, viewport=PHONE, language="en", **options)
    page.goto(f"/meetings/{meeting.pk}/scan/")
    expect(page.locator("[data-connection]")).to_have_text("Live")
    return page


def test_a_code_before_the_camera_counts_on_the_board(
    as_user: Visit,
    launch: Callable[..., Browser],
    tmp_path: Path,
    meeting: Meeting,
    delegates: list[Participant],
) -> None:
    board = as_user("secretary", language="en")
    board.goto(f"/meetings/{meeting.pk}/board/")
    tile = board.locator('.tile[data-code="X00715"]')
    expect(tile).to_have_accessible_name("Lũng Cú 0/3 present, short of 3")
    camera = launch(*FILMING, film(personal_code_of(delegates[0]), tmp_path))
    page = open_scan(as_user, meeting, within=camera, permissions=["camera"])
    says(page, "Valid", "Giàng Thị Súa", "Phó Chủ tịch, Xã Lũng Cú")
    foot(page, "All 1 sent")
    expect(page.locator("[data-present]")).to_have_text("1")
    expect(page.locator("[data-last] > li").first).to_contain_text("Giàng Thị Súa, Valid")
    expect(tile).to_have_accessible_name("Lũng Cú 1/3 present, short of 2")
    row = CheckIn.objects.get()
    assert (row.participant, row.endpoint.code, row.method) == (delegates[0], "X00715", "personal_qr")
    # Held before the camera all the time, the code is one scan.
    assert Scan.objects.count() == 1


def test_the_other_camera_can_be_chosen_where_there_are_two(
    as_user: Visit, launch: Callable[..., Browser], meeting: Meeting
) -> None:
    two = launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=2")
    page = open_scan(as_user, meeting, within=two, permissions=["camera"])
    page.get_by_role("button", name="Other camera").click()
    expect(page.locator("[data-video]")).to_have_js_property("paused", False)
    expect(page.get_by_role("button", name="Torch")).to_be_hidden()


def test_without_a_camera_the_page_says_what_works_instead(as_user: Visit, meeting: Meeting) -> None:
    page = open_scan(as_user, meeting)
    expect(page.locator("[data-note]:visible")).to_contain_text("“Enter code”")


def test_a_second_scan_says_since_when_and_counts_nothing(
    as_user: Visit, people: People, meeting: Meeting, delegates: list[Participant]
) -> None:
    first = ScanRequest(
        op_id=uuid.uuid4(),
        endpoint="X00715",
        method="manual",
        participant=delegates[1].pk,
        scanned_at=at(7, 38),
    )
    check_in(people.operator, meeting, [first])
    CheckIn.objects.update(at=at(7, 38))
    Scan.objects.update(scanned_at=at(7, 38), received_at=at(7, 39), clock_flag=False)
    page = open_scan(as_user, meeting)
    type_code(page, personal_code_of(delegates[1]))
    says(page, "Already checked in", "Vàng Mí Dình, at 07:38 at this endpoint.", "Nothing was counted twice.")
    assert CheckIn.objects.count() == 1


def test_somebody_of_another_endpoint_is_left_or_taken_in_with_a_reason(
    as_user: Visit, people: People, meeting: Meeting, delegates: list[Participant]
) -> None:
    stranger = delegates[2]
    stranger.endpoint = people.network.endpoints["H026"]
    stranger.save(update_fields=["endpoint"])
    page = open_scan(as_user, meeting)
    type_code(page, personal_code_of(stranger))
    says(page, "Wrong endpoint", "Thào Mí Già was invited to Đồng Văn district.")
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_role("button", name="Take in and note why")).to_be_hidden()
    assert CheckIn.objects.count() == 0
    type_code(page, personal_code_of(stranger))
    page.get_by_role("button", name="Take in and note why").click()
    page.get_by_label("Why is this person taken in here?").fill("Đường sạt lở")
    page.get_by_role("button", name="Take in here").click()
    says(page, "Valid", "Thào Mí Già")
    assert CheckIn.objects.get().endpoint.code == "X00715"
    assert Entry.objects.order_by("pk").last().data["elsewhere"] == [  # type: ignore[union-attr]  # there is an entry
        {"participant": stranger.pk, "at": "X00715", "why": "Đường sạt lở"}
    ]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("xin chào", "This is not a code for checking in."),
        ("https://example.vn/wifi", "This is not a code for checking in."),
        ("R1.1.X00715.1.AAAAAAAAAAAAAAAAAAAAAAAAAA", "This is the code of a room screen."),
        ("P1.999.1.1.AAAAAAAAAAAAAAAAAAAAAAAAAA", "This code is for another meeting."),
    ],
)
def test_what_can_be_told_from_a_code_alone_is_told_at_once_and_not_sent(
    as_user: Visit, meeting: Meeting, code: str, sentence: str
) -> None:
    page = open_scan(as_user, meeting)
    type_code(page, code)
    says(page, "Invalid", sentence)
    foot(page, "Nothing scanned on this device yet")
    assert Scan.objects.count() == 0


def test_a_forged_code_is_refused_by_the_office(as_user: Visit, meeting: Meeting) -> None:
    page = open_scan(as_user, meeting)
    type_code(page, f"P1.{meeting.pk}.1.1.AAAAAAAAAAAAAAAAAAAAAAAAAA")
    says(page, "Invalid", "This code was not issued by the office.")
    assert Scan.objects.get().reason == "invalid_code"


def test_scans_made_without_a_line_wait_and_go_when_it_is_back(
    as_user: Visit, watch: Watch, meeting: Meeting, delegates: list[Participant]
) -> None:
    watch.allow(NO_LINE)
    page = open_scan(as_user, meeting)
    page.context.set_offline(True)
    expect(page.locator("[data-connection]")).to_contain_text("Offline since")
    for delegate in delegates:
        type_code(page, personal_code_of(delegate))
        says(page, "Noted, not sent yet", "The code can be read.")
    foot(page, "3 not sent yet")
    expect(page.locator("[data-how]")).to_have_text("Sent when the line is back")
    assert Scan.objects.count() == 0
    page.context.set_offline(False)
    foot(page, "All 3 sent")
    says(page, "Valid", "Thào Mí Già")
    expect(page.locator("[data-last] > .last-valid")).to_have_count(3)
    assert set(CheckIn.objects.values_list("participant_id", flat=True)) == {one.pk for one in delegates}


def test_scans_outlive_the_page_they_were_made_on(
    as_user: Visit, watch: Watch, meeting: Meeting, delegates: list[Participant]
) -> None:
    watch.allow(NO_LINE)
    page = open_scan(as_user, meeting)
    page.context.set_offline(True)
    type_code(page, personal_code_of(delegates[0]))
    foot(page, "1 not sent yet")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/meetings/{meeting.pk}/scan/")
    foot(again, "All 1 sent")
    assert CheckIn.objects.get().participant == delegates[0]


def test_an_answer_that_was_lost_on_its_way_is_asked_for_again(
    as_user: Visit, watch: Watch, meeting: Meeting, delegates: list[Participant]
) -> None:
    watch.allow("ERR_FAILED")
    page = open_scan(as_user, meeting)
    lost: list[int] = []

    def swallow(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route(re.compile("/check-ins$"), swallow, times=2)
    type_code(page, personal_code_of(delegates[0]))
    foot(page, "All 1 sent")
    says(page, "Valid", "Giàng Thị Súa")
    assert lost == [200, 200]
    assert (Scan.objects.count(), CheckIn.objects.count()) == (1, 1)


def test_a_code_inside_an_address_is_read(as_user: Visit, meeting: Meeting, delegates: list[Participant]) -> None:
    page = open_scan(as_user, meeting)
    type_code(page, f"https://hop.example.vn/giay-moi/{personal_code_of(delegates[0])}?x=1")
    says(page, "Valid", "Giàng Thị Súa")


def test_a_device_that_is_full_keeps_scans_in_the_page_and_says_so(
    as_user: Visit, watch: Watch, meeting: Meeting, delegates: list[Participant]
) -> None:
    watch.allow(NO_LINE)
    page = as_user("operator", viewport=PHONE, language="en")
    page.add_init_script(FULL)
    page.goto(f"/meetings/{meeting.pk}/scan/")
    expect(page.locator("[data-connection]")).to_have_text("Live")
    page.context.set_offline(True)
    type_code(page, personal_code_of(delegates[0]))
    foot(page, "1 not sent yet")
    expect(page.locator("[data-how]")).to_have_text("Kept only while this page is open")
    page.context.set_offline(False)
    says(page, "Valid", "Giàng Thị Súa")
    assert (Scan.objects.count(), CheckIn.objects.count()) == (1, 1)


def test_a_hand_held_reader_types_into_the_field_wherever_the_focus_is(
    as_user: Visit, meeting: Meeting, delegates: list[Participant]
) -> None:
    page = open_scan(as_user, meeting)
    for delegate in delegates[:2]:
        page.keyboard.type(personal_code_of(delegate))
        page.keyboard.press("Enter")
        says(page, "Valid", delegate.full_name)
    assert CheckIn.objects.count() == 2


def test_people_are_found_by_two_letters_and_checked_in_by_hand(
    as_user: Visit, meeting: Meeting, delegates: list[Participant]
) -> None:
    page = open_scan(as_user, meeting)
    page.get_by_role("button", name="List").click()
    people = page.locator("[data-people-list] > li")
    expect(people).to_have_count(0)
    search = page.get_by_label("Name of the delegate")
    search.fill("m")
    expect(page.locator("[data-people-status]")).to_contain_text("At least two letters.")
    expect(people).to_have_count(0)
    search.fill("mi")
    expect(people).to_have_count(2)
    people.filter(has_text="Thào Mí Già").get_by_role("button", name="Check in").click()
    says(page, "Valid", "Thào Mí Già")
    row = CheckIn.objects.get()
    assert (row.participant, row.method) == (delegates[2], "manual")


def test_a_login_that_has_ended_loses_no_scan(
    as_user: Visit, server: str, watch: Watch, people: People, meeting: Meeting, delegates: list[Participant]
) -> None:
    watch.allow("status of 401")
    page = open_scan(as_user, meeting)
    Session.objects.all().delete()
    type_code(page, personal_code_of(delegates[0]))
    expect(page.get_by_text("Your login has ended. Nothing is lost.")).to_be_visible()
    foot(page, "1 not sent yet")
    log_in(page.context, people.operator, server)
    page.reload()
    foot(page, "All 1 sent")
    assert CheckIn.objects.get().participant == delegates[0]


def test_what_one_account_scanned_is_never_sent_by_another(
    as_user: Visit, server: str, watch: Watch, people: People, meeting: Meeting, delegates: list[Participant]
) -> None:
    watch.allow(NO_LINE)
    page = open_scan(as_user, meeting)
    page.context.set_offline(True)
    type_code(page, personal_code_of(delegates[0]))
    foot(page, "1 not sent yet")
    context = page.context
    page.close()
    context.set_offline(False)
    log_in(context, people.secretary, server)
    other = context.new_page()
    other.goto(f"/meetings/{meeting.pk}/scan/?endpoint=X00715")
    expect(other.get_by_text("Scans of another account on this device: 1.")).to_be_visible()
    foot(other, "Nothing scanned on this device yet")
    assert Scan.objects.count() == 0


def test_one_of_many_endpoints_is_found_by_name_and_remembered(as_user: Visit, meeting: Meeting) -> None:
    page = as_user("secretary", viewport=PHONE, language="en")
    page.goto(f"/meetings/{meeting.pk}/scan/")
    expect(page.locator("[data-narrow-list] > li:visible")).to_have_count(3)
    page.get_by_label("At which endpoint are you scanning?").fill("lung cu")
    expect(page.locator("[data-narrow-list] > li:visible")).to_have_count(1)
    expect(page.locator("[data-narrow-count]")).to_have_text("1 endpoint")
    page.get_by_role("link", name="Lũng Cú commune").click()
    expect(page.locator(".phone-bar p")).to_contain_text("X00715")
    page.goto(f"/meetings/{meeting.pk}/scan/")
    expect(page.locator(".phone-bar p")).to_contain_text("X00715")
