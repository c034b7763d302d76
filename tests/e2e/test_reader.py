"""Reading in the hand: pages, search, new versions, withdrawal, a lost line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from meetings.documents.actions import (
    add_version,
    change_document,
    publish_document,
    upload_document,
    withdraw_document,
)
from meetings.documents.models import Document
from meetings.planning.actions import close_meeting, open_meeting
from meetings.planning.models import Meeting
from tests.e2e.conftest import Visit, Watch
from tests.e2e.line import line_to
from tests.e2e.papers import pdf, picture, published, write
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server_media")]

HAND = (1180, 820)
PAGES = 24
# The tablet asks once more for what was withdrawn, so that the browser forgets it, and is refused.
REFUSED = r"status of 404 .*/documents/"
LOST = ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "WebSocket connection")


@pytest.fixture
def meeting(people: People) -> Meeting:
    made = make_meeting(people, starts_at=timezone.now(), endpoints=["T1", "H026"])
    invite(made, people, "delegate", "H026")
    return open_meeting(people.secretary, made)


@pytest.fixture
def paper(people: People, meeting: Meeting, tmp_path: Path) -> Document:
    return published(people.secretary, meeting, tmp_path, title="Báo cáo số 118", pages=PAGES)


Read = Callable[..., Page]


@pytest.fixture
def read(as_user: Visit) -> Read:
    """The document open before the delegate, its first page painted."""

    def opened(document: Document, base: str = "", **how: object) -> Page:
        page = as_user("delegate", **{"viewport": HAND, "has_touch": True, **how})
        page.goto(f"{base}/meetings/{document.meeting_id}/tablet/documents/{document.pk}/")
        expect(sheet(page, 1).locator("canvas, img")).to_be_visible()
        return page

    return opened


def sheet(page: Page, number: int) -> Locator:
    return page.locator(f".reader-page[data-page='{number}']")


def number(page: Page) -> Locator:
    return page.get_by_label("Số trang")


def go_to(page: Page, wanted: int) -> None:
    number(page).fill(str(wanted))
    page.keyboard.press("Enter")
    expect(sheet(page, wanted).locator("canvas")).to_be_visible()


def new_version(people: People, document: Document, folder: Path, pages: int = PAGES) -> None:
    add_version(people.secretary, document, path=write(folder, "two.pdf", pdf(pages, "Bản sửa")), name="two.pdf")


def test_keys_turn_the_pages(paper: Document, read: Read) -> None:
    page = read(paper)
    expect(number(page)).to_have_value("1")
    for key, shown in (
        ("PageDown", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("PageUp", 1),
        ("End", PAGES),
        ("Home", 1),
    ):
        page.keyboard.press(key)
        expect(number(page)).to_have_value(str(shown))


Fingers = list[tuple[int, int]]


def touch(page: Page, *steps: Fingers) -> None:
    """Put fingers on the screen, move them from step to step, and take them off."""
    session = page.context.new_cdp_session(page)
    for number, fingers in enumerate(steps):
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(fingers)]
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_swipe_turns_the_page(paper: Document, read: Read) -> None:
    page = read(paper)
    touch(page, [(700, 400)], [(600, 402)], [(450, 405)])
    expect(number(page)).to_have_value("2")
    touch(page, [(450, 400)], [(600, 402)], [(700, 405)])
    expect(number(page)).to_have_value("1")


def test_two_fingers_make_the_page_larger_and_not_the_bars(paper: Document, read: Read) -> None:
    page = read(paper)
    before = sheet(page, 1).bounding_box()
    touch(page, [(550, 400), (650, 400)], [(520, 400), (680, 400)], [(500, 400), (700, 400)])
    expect(sheet(page, 1).locator("canvas")).to_be_visible()
    after = sheet(page, 1).bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] / before["width"] == pytest.approx(2, rel=0.02)
    assert page.evaluate("visualViewport.scale") == 1


def test_a_small_page_leads_to_its_page_and_the_present_one_is_marked(paper: Document, read: Read) -> None:
    page = read(paper)
    page.get_by_role("button", name="Trang 5", exact=True).click()
    expect(number(page)).to_have_value("5")
    expect(page.locator(".thumb[aria-current=page]")).to_have_text("5")
    expect(page.locator(".thumb[aria-current=page] canvas")).to_be_visible()


def test_a_page_that_there_is_not_leads_to_the_last(paper: Document, read: Read) -> None:
    page = read(paper)
    number(page).fill("999")
    page.keyboard.press("Enter")
    expect(number(page)).to_have_value(str(PAGES))


def test_few_pages_are_painted_however_many_are_turned(paper: Document, read: Read) -> None:
    page = read(paper)
    for wanted in (6, 12, PAGES, 18, 3):
        go_to(page, wanted)
    canvases = page.evaluate(
        "[...document.querySelectorAll('.reader-page canvas')].map((canvas) => canvas.width * canvas.height)"
    )
    assert len(canvases) <= 3
    assert max(canvases) <= 4_500_000


def test_zoom_keeps_the_page_and_bounds_what_is_painted(paper: Document, read: Read) -> None:
    page = read(paper)
    go_to(page, 9)
    before = sheet(page, 9).bounding_box()
    for _press in range(4):
        page.get_by_role("button", name="Phóng to").click()
    expect(number(page)).to_have_value("9")
    after = sheet(page, 9).bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] / before["width"] == pytest.approx(1.25**4, rel=0.01)
    expect(sheet(page, 9).locator("canvas")).to_be_visible()
    page.get_by_role("button", name="Vừa trang").click()
    expect(page.get_by_role("button", name="Vừa trang")).to_have_attribute("aria-pressed", "true")
    area = page.locator("[data-pages-area]").bounding_box()
    whole = sheet(page, 9).bounding_box()
    assert area is not None
    assert whole is not None
    assert whole["height"] <= area["height"]


def test_the_text_of_a_page_can_be_read_aloud_and_selected(paper: Document, read: Read) -> None:
    page = read(paper)
    expect(sheet(page, 1)).to_have_text("Trang 1 – Giải ngân vốn đầu tư công")
    expect(page.get_by_role("group", name="Trang 1", exact=True)).to_be_visible()


def test_search_finds_with_and_without_marks(paper: Document, read: Read) -> None:
    page = read(paper)
    page.keyboard.press("Control+f")
    field = page.get_by_role("searchbox", name="Tìm trong tài liệu")
    expect(field).to_be_focused()
    field.fill("giai NGAN")
    found = page.locator("[data-found]")
    expect(found).to_have_text(f"1/{PAGES}, trang 1")
    expect(sheet(page, 1).locator(".found-now")).to_be_visible()
    page.keyboard.press("Enter")
    expect(found).to_have_text(f"2/{PAGES}, trang 2")
    expect(number(page)).to_have_value("2")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(found).to_have_text(f"{PAGES}/{PAGES}, trang {PAGES}")
    field.fill("không có câu này")
    expect(found).to_have_text("Không tìm thấy")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(page.get_by_role("button", name="Tìm trong tài liệu")).to_be_focused()


def test_a_new_version_is_offered_and_opened_at_the_same_page(
    people: People, paper: Document, read: Read, watch: Watch, tmp_path: Path
) -> None:
    watch.allow(REFUSED)
    page = read(paper)
    go_to(page, 12)
    new_version(people, paper, tmp_path)
    paper.refresh_from_db()
    at = timezone.localtime(paper.published_at)
    message = page.locator("[data-notice=replaced]")
    expect(message).to_contain_text(f"Đã có bản 2 lúc {at:%H:%M}.")
    expect(message).to_contain_text("Đồng chí đang đọc bản 1, trang 12.")
    page.get_by_role("button", name="Để sau").click()
    expect(message).to_be_hidden()
    expect(sheet(page, 12)).to_have_text("Trang 12 – Giải ngân vốn đầu tư công")
    page.get_by_role("button", name="mở bản 2").click()
    expect(sheet(page, 12)).to_have_text("Trang 12 – Bản sửa")
    expect(number(page)).to_have_value("12")
    expect(page.locator("[data-field=version]")).to_have_text("bản 2")


def test_a_new_version_with_fewer_pages_is_opened_at_its_last(
    people: People, paper: Document, read: Read, watch: Watch, tmp_path: Path
) -> None:
    watch.allow(REFUSED)
    page = read(paper)
    go_to(page, 12)
    new_version(people, paper, tmp_path, pages=4)
    page.get_by_role("button", name="Mở bản 2", exact=True).click()
    expect(sheet(page, 4)).to_have_text("Trang 4 – Bản sửa")
    expect(number(page)).to_have_value("4")
    expect(page.locator("[data-pages]")).to_have_text("4")


def test_a_withdrawn_document_leaves_the_screen_and_the_device(
    people: People, paper: Document, read: Read, watch: Watch
) -> None:
    watch.allow(REFUSED)
    page = read(paper)
    address = page.evaluate("JSON.parse(document.getElementById('row').textContent).url")
    go_to(page, 5)
    expect(page.get_by_text("đã tải về máy")).to_be_visible()
    withdraw_document(people.secretary, paper)
    expect(page.get_by_role("alert")).to_contain_text("Tài liệu này đã được thu hồi lúc")
    expect(page.locator(".reader-page")).to_have_count(0)
    expect(page.locator(".thumb")).to_have_count(0)
    kept = f"fetch('{address}', {{ cache: 'force-cache' }}).then((answer) => answer.status)"
    assert page.evaluate(kept) == 404
    assert str(paper.pk) not in page.evaluate("Object.values(localStorage).join()")
    page.get_by_role("link", name="Về chương trình").last.click()
    expect(page.locator("[data-paper]")).to_have_count(0)


def test_a_document_that_readers_lose_closes_and_comes_back_with_the_right(
    people: People, paper: Document, read: Read, watch: Watch
) -> None:
    watch.allow(REFUSED)
    page = read(paper)
    paper = change_document(people.secretary, paper, title=paper.title, item=None, access=Document.Access.STAFF)
    expect(page.get_by_role("alert")).to_contain_text("Tài liệu này đã được thu hồi lúc")
    change_document(people.secretary, paper, title=paper.title, item=None, access=Document.Access.EVERYONE)
    expect(sheet(page, 1)).to_have_text("Trang 1 – Giải ngân vốn đầu tư công")


def test_reading_goes_on_when_the_line_is_lost(paper: Document, read: Read, server: str, watch: Watch) -> None:
    watch.allow(*LOST)
    with line_to(server) as line:
        page = read(paper, line.address)
        expect(page.get_by_text("đã tải về máy")).to_be_visible()
        line.cut()
        expect(page.locator("[data-connection]")).not_to_have_text("Trực tiếp")
        page.keyboard.press("End")
        expect(sheet(page, PAGES)).to_have_text(f"Trang {PAGES} – Giải ngân vốn đầu tư công")
        page.context.set_offline(True)
        expect(page.locator("[data-connection]")).to_contain_text("Mất mạng từ")
        page.keyboard.press("Home")
        expect(sheet(page, 1)).to_have_text("Trang 1 – Giải ngân vốn đầu tư công")


def test_a_new_version_that_came_while_the_line_was_lost_is_offered_afterwards(
    people: People, paper: Document, read: Read, server: str, watch: Watch, tmp_path: Path
) -> None:
    watch.allow(*LOST, REFUSED)
    with line_to(server) as line:
        page = read(paper, line.address)
        line.cut()
        expect(page.locator("[data-connection]")).not_to_have_text("Trực tiếp")
        new_version(people, paper, tmp_path)
        line.mend()
        page.evaluate("dispatchEvent(new Event('online'))")
        page.get_by_role("button", name="Mở bản 2", exact=True).click()
        expect(sheet(page, 1)).to_have_text("Trang 1 – Bản sửa")


def test_a_version_that_went_before_it_was_loaded_makes_way_for_the_new_one(
    people: People, paper: Document, as_user: Visit, watch: Watch, tmp_path: Path
) -> None:
    watch.allow(REFUSED, "ERR_FAILED")
    page = as_user("delegate", viewport=HAND)
    page.route("**/documents/**/*.pdf", lambda route: route.abort())
    page.goto(f"/meetings/{paper.meeting_id}/tablet/documents/{paper.pk}/")
    expect(page.get_by_text("Chưa tải được tài liệu.")).to_be_visible()
    page.unroute("**/documents/**/*.pdf")
    new_version(people, paper, tmp_path)
    expect(sheet(page, 1)).to_have_text("Trang 1 – Bản sửa")
    expect(page.get_by_text("Chưa tải được tài liệu.")).to_be_hidden()


def test_the_end_of_the_meeting_is_told_and_reading_goes_on(
    people: People, meeting: Meeting, paper: Document, read: Read
) -> None:
    page = read(paper)
    closed = close_meeting(people.secretary, meeting)
    at = timezone.localtime(closed.closed_at)
    expect(page.locator("[data-notice=closed]")).to_contain_text(f"Cuộc họp đã kết thúc lúc {at:%H:%M}.")
    page.get_by_role("button", name="Đã hiểu").click()
    page.keyboard.press("End")
    expect(sheet(page, PAGES).locator("canvas")).to_be_visible()


def test_a_picture_is_a_document_of_one_page(people: People, meeting: Meeting, read: Read, tmp_path: Path) -> None:
    path = write(tmp_path, "so-do.png", picture())
    draft = upload_document(people.secretary, meeting, path=path, name="so-do.png", title="Sơ đồ chỗ ngồi")
    page = read(publish_document(people.secretary, draft))
    expect(page.get_by_role("img", name="Sơ đồ chỗ ngồi")).to_be_visible()
    expect(page.locator("[data-pages]")).to_have_text("1")


def test_in_portrait_the_small_pages_are_in_a_drawer(paper: Document, read: Read) -> None:
    page = read(paper, viewport=(820, 1180))
    expect(page.locator(".thumb").first).to_be_hidden()
    page.get_by_role("button", name="Các trang").click()
    page.get_by_role("button", name="Trang 3", exact=True).click()
    expect(number(page)).to_have_value("3")
    expect(page.locator(".thumb").first).to_be_hidden()


def test_night_mode_is_one_press_away_and_back(paper: Document, read: Read) -> None:
    page = read(paper)
    page.get_by_role("button", name="Chế độ ban đêm").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Chế độ ban đêm").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
