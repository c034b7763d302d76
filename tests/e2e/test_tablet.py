"""The meeting in the hand: what happens is on every tablet, and a cut line loses nothing."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from meetings.agenda.actions import add_item, start_item
from meetings.agenda.models import Item
from meetings.documents.actions import publish_document, upload_document, withdraw_document
from meetings.documents.models import Document
from meetings.planning.actions import close_meeting, open_meeting
from meetings.planning.models import Meeting
from meetings.planning.participant_actions import remove_participant
from realtime.prune import prune
from tests.e2e.conftest import Visit, Watch
from tests.e2e.line import Line, line_to
from tests.e2e.papers import pdf, published, write
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server_media")]

HAND = (1180, 820)
LOST = ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "WebSocket connection")


@dataclass
class Session:
    """An open meeting with two items and one published document, and its people."""

    people: People
    meeting: Meeting
    items: list[Item]
    paper: Document
    folder: Path

    def publish(self, title: str) -> Document:
        return published(self.people.secretary, self.meeting, self.folder, title=title, item=self.items[0].pk)


@pytest.fixture
def session(people: People, tmp_path: Path) -> Session:
    meeting = make_meeting(people, starts_at=timezone.now(), endpoints=["T1", "H026"])
    for name, endpoint in (("delegate", "H026"), ("chair", "T1")):
        invite(meeting, people, name, endpoint)
    items = [
        add_item(people.secretary, meeting, title="Khai mạc", minutes=10),
        add_item(people.secretary, meeting, title="Giải ngân vốn đầu tư công", presenter="Sở Tài chính", minutes=30),
    ]
    paper = published(people.secretary, meeting, tmp_path, title="Báo cáo số 118", item=items[1].pk, pages=12)
    meeting = open_meeting(people.secretary, meeting)
    return Session(people, meeting, items, paper, tmp_path)


@pytest.fixture
def line(server: str, watch: Watch) -> Iterator[Line]:
    watch.allow(*LOST)
    with line_to(server) as made:
        yield made


Open = Callable[..., Page]


@pytest.fixture
def tablet(as_user: Visit, session: Session) -> Open:
    """The meeting's page on somebody's tablet, following; marked, so that a reload would show."""

    def opened(name: str, base: str = "", rest: str = "tablet/") -> Page:
        page = as_user(name, viewport=HAND, has_touch=True)
        page.goto(f"{base}/meetings/{session.meeting.pk}/{rest}")
        expect(dot(page)).to_have_text("Trực tiếp")
        page.evaluate("window.notReloaded = true")
        return page

    return opened


def dot(page: Page) -> Locator:
    return page.locator("[data-connection]").first


def paper(page: Page, title: str) -> Locator:
    return page.locator("[data-paper]", has_text=title)


def item(page: Page, title: str) -> Locator:
    return page.locator("[data-item]", has_text=title)


def mend(line: Line, page: Page) -> None:
    """Mend the line, and let the browser say so as a tablet does: else the page may wait a quarter of a minute."""
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")


def assert_not_reloaded(*pages: Page) -> None:
    assert [page.evaluate("window.notReloaded") for page in pages] == [True] * len(pages)


def test_a_document_that_is_published_is_on_both_tablets_without_reloading(session: Session, tablet: Open) -> None:
    tablets = [tablet("delegate"), tablet("chair")]
    session.publish("Tờ trình số 12")
    for page in tablets:
        expect(paper(page, "Tờ trình số 12").get_by_text("mới")).to_be_visible()
        expect(page.locator("[data-toast]")).to_have_text("Đã có tài liệu mới: Tờ trình số 12")
    assert_not_reloaded(*tablets)


def test_an_item_that_the_chair_begins_is_marked_on_the_delegates_tablet(session: Session, tablet: Open) -> None:
    chair, delegate = tablet("chair"), tablet("delegate")
    chair.get_by_role("button", name="Bắt đầu mục 1: Khai mạc").click()
    expect(item(delegate, "Khai mạc")).to_have_attribute("aria-current", "step")
    chair.get_by_role("button", name="Sang mục 2: Giải ngân vốn đầu tư công").click()
    expect(item(delegate, "Giải ngân vốn đầu tư công")).to_have_attribute("aria-current", "step")
    expect(item(delegate, "Khai mạc").get_by_text("Đã xong")).to_be_visible()
    expect(delegate.get_by_text("Cuộc họp đang diễn ra, mục 2/2")).to_be_visible()
    assert_not_reloaded(delegate)


def test_a_delegate_has_no_buttons_to_run_the_agenda(tablet: Open) -> None:
    expect(tablet("delegate").get_by_role("button", name="Bắt đầu")).to_have_count(0)


def test_an_item_that_is_added_comes_in_its_place_with_its_time(session: Session, tablet: Open) -> None:
    page = tablet("delegate")
    add_item(session.people.secretary, session.meeting, title="Kết luận", presenter="Văn phòng", minutes=5)
    expect(item(page, "Kết luận").locator("[data-field=number]")).to_have_text("3")
    expect(page.locator("[data-count]")).to_have_text("3 mục")
    end = timezone.localtime(session.meeting.starts_at + dt.timedelta(minutes=40))
    expect(item(page, "Kết luận").locator("[data-field=facts]")).to_have_text(f"Văn phòng · {end:%H:%M} · 5 phút")


def test_a_cut_line_heals_with_all_that_was_missed(session: Session, tablet: Open, line: Line) -> None:
    page = tablet("delegate", line.address)
    line.cut()
    expect(dot(page)).not_to_have_text("Trực tiếp")
    withdraw_document(session.people.secretary, session.paper)
    session.publish("Tờ trình số 12")
    start_item(session.people.secretary, session.items[1])
    mend(line, page)
    expect(dot(page)).to_have_text("Trực tiếp")
    expect(paper(page, "Tờ trình số 12")).to_be_visible()
    expect(paper(page, "Báo cáo số 118")).to_have_count(0)
    expect(item(page, "Giải ngân vốn đầu tư công")).to_have_attribute("aria-current", "step")
    assert_not_reloaded(page)


def test_a_line_that_was_cut_for_long_heals_by_the_snapshot(session: Session, tablet: Open, line: Line) -> None:
    page = tablet("delegate", line.address)
    line.cut()
    expect(dot(page)).not_to_have_text("Trực tiếp")
    withdraw_document(session.people.secretary, session.paper)
    session.publish("Tờ trình số 12")
    assert prune(timezone.now()) > 0
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    mend(line, page)
    expect(paper(page, "Tờ trình số 12")).to_be_visible()
    expect(paper(page, "Báo cáo số 118")).to_have_count(0)
    expect(dot(page)).to_have_text("Trực tiếp")
    assert [url.rpartition("/")[2].partition("?")[0] for url in asked if "/api/" in url] == ["state"]
    assert_not_reloaded(page)


def test_where_no_socket_is_let_through_the_tablet_asks_and_goes_live_as_soon_as_one_is(
    session: Session, as_user: Visit
) -> None:
    page = as_user("delegate", viewport=HAND, has_touch=True)
    blocked = True
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close() if blocked else socket.connect_to_server())
    page.goto(f"/meetings/{session.meeting.pk}/tablet/")
    page.evaluate("window.notReloaded = true")
    expect(dot(page)).to_have_text("Cập nhật mỗi 5 giây")
    session.publish("Tờ trình số 12")
    start_item(session.people.secretary, session.items[1])
    expect(paper(page, "Tờ trình số 12")).to_be_visible()
    expect(item(page, "Giải ngân vốn đầu tư công")).to_have_attribute("aria-current", "step")
    blocked = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(dot(page)).to_have_text("Trực tiếp")
    withdraw_document(session.people.secretary, session.paper)
    expect(paper(page, "Báo cáo số 118")).to_have_count(0)
    assert_not_reloaded(page)


def test_a_tablet_that_wakes_does_not_trust_a_line_that_died_in_its_sleep(session: Session, as_user: Visit) -> None:
    page = as_user("delegate", viewport=HAND, has_touch=True)
    opened: list[WebSocketRoute] = []
    said: list[str | bytes] = []

    def pass_on(socket: WebSocketRoute) -> None:
        """The first line stays open and says nothing once the tablet sleeps."""
        opened.append(socket)
        server = socket.connect_to_server()

        def hear(text: str | bytes) -> None:
            said.append(text)
            server.send(text)

        socket.on_message(hear)
        if len(opened) == 1:
            server.on_message(lambda text: None if asleep else socket.send(text))

    asleep = False
    page.route_web_socket(re.compile("/ws/"), pass_on)
    page.goto(f"/meetings/{session.meeting.pk}/tablet/")
    expect(dot(page)).to_have_text("Trực tiếp")
    page.evaluate("window.notReloaded = true")
    asleep = True
    session.publish("Tờ trình số 12")
    page.evaluate("const awake = Date.now; Date.now = () => awake() + 600000")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(paper(page, "Tờ trình số 12")).to_be_visible()
    expect(dot(page)).to_have_text("Trực tiếp")
    assert len(opened) == 2
    assert '{"type":"received"' in str(said[0])
    assert_not_reloaded(page)


def test_the_end_of_the_meeting_is_told(session: Session, tablet: Open) -> None:
    page = tablet("delegate")
    closed = close_meeting(session.people.secretary, session.meeting)
    at = timezone.localtime(closed.closed_at)
    expect(page.get_by_text(f"Đã kết thúc lúc {at:%H:%M}")).to_be_visible()


def test_the_first_page_shows_a_meeting_as_soon_as_it_is_opened(people: People, as_user: Visit) -> None:
    meeting = make_meeting(people, starts_at=timezone.now() + dt.timedelta(minutes=5), endpoints=["T1", "H026"])
    invite(meeting, people, "delegate", "H026")
    page = as_user("delegate", viewport=HAND)
    page.goto("/tablet/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hiện không có cuộc họp nào")
    expect(dot(page)).to_have_text("Trực tiếp")
    open_meeting(people.secretary, meeting)
    expect(page.get_by_text("Cuộc họp đang diễn ra")).to_be_visible()
    expect(page.get_by_role("link", name="Vào họp")).to_have_attribute("href", f"/meetings/{meeting.pk}/tablet/")
    expect(page.locator(f"#coming-{meeting.pk}")).to_be_hidden()


def test_the_page_read_last_is_found_again(session: Session, tablet: Open) -> None:
    page = tablet("delegate", rest=f"tablet/documents/{session.paper.pk}/")
    expect(page.locator("[data-pages]")).to_have_text("12")
    page.get_by_label("Số trang").fill("7")
    page.keyboard.press("Enter")
    expect(page.locator(".reader-page[data-page='7'] canvas")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Số trang")).to_have_value("7")
    expect(page.locator(".reader-page[data-page='7'] canvas")).to_be_visible()
    page.goto("/tablet/")
    page.get_by_role("link", name="Vào họp, đọc tiếp trang 7").click()
    expect(page.get_by_label("Số trang")).to_have_value("7")


def test_the_pages_work_without_script(session: Session, as_user: Visit) -> None:
    page = as_user("delegate", viewport=HAND, java_script_enabled=False)
    page.goto("/tablet/")
    page.get_by_role("link", name="Vào họp").click()
    paper(page, "Báo cáo số 118").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Báo cáo số 118")
    address = page.get_by_role("link", name="Mở tệp").get_attribute("href") or ""
    assert re.fullmatch(rf"/documents/{session.paper.pk}/[0-9a-f]{{64}}\.pdf", address)
    assert page.request.get(address).headers["content-type"] == "application/pdf"


def test_a_document_of_the_secretariat_only_stays_with_it(session: Session, tablet: Open) -> None:
    delegate, chair = tablet("delegate"), tablet("chair")
    path = write(session.folder, "kin.pdf", pdf(1, "Ý kiến chỉ đạo"))
    draft = upload_document(
        session.people.secretary, session.meeting, path=path, name="kin.pdf", title="Ý kiến", access="staff"
    )
    publish_document(session.people.secretary, draft)
    session.publish("Tờ trình số 12")
    expect(paper(chair, "Ý kiến")).to_be_visible()
    expect(paper(delegate, "Tờ trình số 12")).to_be_visible()
    expect(paper(delegate, "Ý kiến")).to_have_count(0)


def test_who_is_taken_off_the_list_is_told(session: Session, tablet: Open) -> None:
    page = tablet("delegate")
    remove_participant(
        session.people.secretary, session.meeting.participants.get(person=session.people.delegate.person)
    )
    expect(page.get_by_text("Đồng chí không còn trong danh sách dự họp.")).to_be_visible()
