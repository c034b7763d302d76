"""The pages of the roll call for those who use a screen reader, large print or a finger."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.attendance.models import CheckIn
from meetings.attendance.selectors import room_code
from meetings.planning.models import Meeting
from tests.e2e.conftest import Visit
from tests.people import People
from tests.scenes import invite, make_meeting

AXE = next((Path(__file__).resolve().parent.parent / "vendor").glob("axe-core-*/axe.min.js"))
FINGER = 44
SMALLER = """(least) => [...document.querySelectorAll(":is(main, footer, .phone-bar) :is(a, button, input)")]
  .filter((one) => one.offsetParent && !one.closest(".only-read"))
  .map((one) => [one.innerText || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < least)
  .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)"""


@pytest.fixture
def meeting(people: People) -> Meeting:
    found = make_meeting(people, starts_at=timezone.now())
    invite(found, people, "delegate", "X00715")
    here = invite(found, people, "observer", "X00715")
    CheckIn.objects.create(meeting=found, participant=here, endpoint=here.endpoint, method="manual", at=timezone.now())
    return found


def findings(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


def addresses(people: People, meeting: Meeting) -> dict[str, tuple[str, str]]:
    code = room_code(people.network.endpoints["X00715"]).text
    return {
        "scan": ("operator", f"/meetings/{meeting.pk}/scan/"),
        "choose": ("secretary", f"/meetings/{meeting.pk}/scan/"),
        "board": ("secretary", f"/meetings/{meeting.pk}/board/?endpoint=X00715"),
        "screen": ("operator", "/endpoints/X00715/screen/"),
        "check-in": ("delegate", f"/c/{code}"),
        "my-code": ("delegate", f"/meetings/{meeting.pk}/my-code/"),
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["scan", "choose", "board", "screen", "check-in", "my-code"])
def test_axe_finds_nothing(as_user: Visit, people: People, meeting: Meeting, name: str, dark: bool) -> None:
    who, address = addresses(people, meeting)[name]
    page = as_user(who, viewport=(1180, 820), dark=dark)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize("name", ["scan", "choose", "check-in", "my-code"])
def test_a_finger_meets_everything_on_a_telephone(as_user: Visit, people: People, meeting: Meeting, name: str) -> None:
    who, address = addresses(people, meeting)[name]
    page = as_user(who, viewport=(390, 844), has_touch=True, is_mobile=True)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(SMALLER, FINGER) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
