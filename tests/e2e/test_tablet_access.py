"""The pages in the hand for those who use a screen reader, large print or a finger."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.agenda.actions import add_item, start_item
from meetings.documents.models import Document
from meetings.planning.actions import open_meeting
from meetings.planning.models import Meeting
from tests.e2e.conftest import Visit
from tests.e2e.papers import published
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server_media")]

AXE = next((Path(__file__).resolve().parent.parent / "vendor").glob("axe-core-*/axe.min.js"))
FINGER = 44
SMALLER = """(least) => [...document.querySelectorAll("a, button, input:not([type=hidden])")]
  .filter((one) => one.offsetParent && !one.closest(".only-read, .skip, p, .languages, label, .section-head"))
  .map((one) => [one.innerText || one.getAttribute("aria-label") || one.outerHTML, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < least)
  .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCREENS = ((1440, 900), (1180, 820), (820, 1180), (390, 844), (320, 640))
PAGES = ("first page", "all", "meeting", "chair", "answer", "reader")


@pytest.fixture
def meeting(people: People, tmp_path: Path) -> Meeting:
    made = make_meeting(people, starts_at=timezone.now(), endpoints=["T1", "H026"])
    invite(made, people, "delegate", "H026")
    item = add_item(people.secretary, made, title="Giải ngân vốn đầu tư công", presenter="Sở Tài chính", minutes=30)
    add_item(people.secretary, made, title="Kết luận", minutes=5)
    published(people.secretary, made, tmp_path, title="Báo cáo số 118", item=item.pk)
    made = open_meeting(people.secretary, made)
    start_item(people.secretary, item)
    later = make_meeting(people, starts_at=timezone.now() + dt.timedelta(days=2), endpoints=["T1", "H026"])
    invite(later, people, "delegate", "H026")
    return made


def go(as_user: Visit, meeting: Meeting, name: str, **how: object) -> Page:
    document = Document.objects.get()
    addresses = {
        "first page": "/tablet/",
        "all": "/tablet/all/",
        "meeting": f"/meetings/{meeting.pk}/tablet/",
        "chair": f"/meetings/{meeting.pk}/tablet/",
        "answer": f"/meetings/{meeting.pk}/answer/",
        "reader": f"/meetings/{meeting.pk}/tablet/documents/{document.pk}/",
    }
    page = as_user("chair" if name == "chair" else "delegate", **{"viewport": (1180, 820), "has_touch": True, **how})
    page.goto(addresses[name])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if name == "reader":
        expect(page.locator(".reader-page[data-page='1'] .textLayer span").first).to_be_attached()
    return page


def findings(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


@pytest.mark.parametrize(("language", "dark"), [("vi", False), ("en", True)], ids=["vi-light", "en-dark"])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_can_be_used_by_everybody_on_every_screen(
    as_user: Visit, meeting: Meeting, name: str, language: str, dark: bool
) -> None:
    page = go(as_user, meeting, name, language=language, dark=dark)
    assert findings(page) == []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert (width, page.evaluate(WIDER)) == (width, 0)
        assert (width, page.evaluate(SMALLER, FINGER)) == (width, [])
