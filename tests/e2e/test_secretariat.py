"""The secretariat's day in a browser: book, prepare, invite, open, close, report; against the clock of others, too."""

import csv
import io
import re
import socket
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from meetings.agenda.models import Item
from meetings.attendance.actions import ScanRequest, check_in
from meetings.attendance.models import CheckIn
from meetings.documents.models import Document
from meetings.invitations.models import Letter
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint
from tests.e2e.conftest import Visit, Watch
from tests.meetings.documents.papers import pdf
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting

DAY = "2031-12-01"
TITLE = "Hội nghị giao ban trực tuyến công tác tháng 12"


def held(title: str) -> list[str]:
    """Codes of the endpoints that the meeting of that title holds."""
    shares = BookedEndpoint.objects.filter(booking__title=title, released=False)
    return sorted(shares.values_list("endpoint__code", flat=True))


def fill(page: Page, title: str, start: str, end: str) -> None:
    page.get_by_label("Name of the meeting").fill(title)
    page.get_by_label("Day", exact=True).fill(DAY)
    page.get_by_label("From").fill(start)
    page.get_by_label("To", exact=True).fill(end)
    page.get_by_label("To", exact=True).blur()


def test_the_whole_network_is_booked_around_an_obstacle(as_user: Visit, people: People) -> None:
    make_meeting(people, title="Tập huấn chuyển đổi số", endpoints=["H026", "X00715"])
    page = as_user(None, language="en")
    page.goto("/network/")
    page.get_by_label("User name").fill("secretary")
    page.get_by_label("Password", exact=True).fill("demo-pass-1")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Network")
    expect(page.locator("main .lead")).to_have_text("7 endpoints, 2 MCU, 14 ports")

    page.get_by_role("link", name="Book a meeting").click()
    fill(page, TITLE, "08:00", "10:00")
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("heading", level=2).first).to_have_text("Not booked because of 2 obstacles")
    busy = sheet.locator(".obstacles > li").first
    expect(busy).to_contain_text("Đồng Văn district and 1 other endpoints busy 07:00–10:00")
    expect(busy).to_contain_text("Tập huấn chuyển đổi số")
    expect(busy).to_contain_text("Booked by Nguyễn Thị Lan")
    expect(busy.get_by_role("link", name="0219.000.0001")).to_have_attribute("href", "tel:0219.000.0001")
    expect(sheet.locator(".obstacles > li").nth(1)).to_contain_text("MCU-02 Cao nguyên đá is 1 port short 07:00–10:00")
    assert held(TITLE) == []

    # The sheet follows the form: an hour later nothing stands in the way.
    page.get_by_label("From").fill("11:00")
    page.get_by_label("To", exact=True).fill("13:00")
    page.get_by_label("To", exact=True).blur()
    expect(sheet.get_by_role("heading", level=2).first).to_have_text("All 7 endpoints are free")
    fill(page, TITLE, "08:00", "10:00")
    offered = sheet.locator(".choices > li")
    expect(offered).to_have_count(3)
    chosen = offered.nth(1)
    chosen.locator("input").check()
    words = chosen.locator("strong").inner_text()
    clock = words.split(" · ")[1].split("–")[0]
    button = page.get_by_role("button", name=re.compile("^Move to .*, book all 7$"))
    expect(button).to_contain_text(clock)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("[data-toast]")).to_have_text("7 endpoints booked.")
    assert held(TITLE) == ["H024", "H026", "T1", "T2", "X00688", "X00691", "X00715"]
    expect(page.locator(".facts")).to_contain_text(words.split(" · ")[1])


def test_of_two_secretariats_one_gets_the_slot_and_the_other_reads_why(
    as_user: Visit, people: People, watch: Watch
) -> None:
    watch.allow("status of 409")
    first, second = (as_user("secretary", language="en") for _person in range(2))
    for page, title in ((first, "Người đến trước"), (second, "Người đến sau")):
        page.goto("/meetings/new/")
        fill(page, title, "14:00", "16:00")
        expect(page.locator("#sheet h2").first).to_have_text("All 7 endpoints are free")
    first.get_by_role("button", name="Book 7 endpoints").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Người đến trước")
    second.get_by_role("button", name="Book 7 endpoints").click()
    expect(second.locator("#sheet h2").first).to_have_text(re.compile(r"^Not booked because of \d obstacles?$"))
    expect(second.locator(".obstacles > li").first).to_contain_text("Người đến trước")
    expect(second.locator("#sheet")).to_contain_text("Nothing has been booked.")
    expect(second.get_by_label("Name of the meeting")).to_have_value("Người đến sau")
    assert (len(held("Người đến trước")), held("Người đến sau")) == (7, [])


def tab_to(page: Page, described: str) -> None:
    """Press Tab until the element that the selector names has the focus."""
    wanted = page.locator(described).first
    for _press in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {described}")


def test_login_and_booking_need_no_mouse(as_user: Visit, people: People) -> None:
    page = as_user(None, language="en")
    page.goto("/accounts/login/?next=/meetings/new/")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("secretary")
    tab_to(page, "[name=password]")
    page.keyboard.type("demo-pass-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Book a meeting")
    tab_to(page, "[name=title]")
    page.keyboard.type("Họp bằng bàn phím")
    tab_to(page, "[name=tier][value=province]")
    page.keyboard.press("Space")
    tab_to(page, "[name=tier][value=district]")
    page.keyboard.press("Space")
    expect(page.locator("#chosen-sum")).to_have_text("3")
    tab_to(page, "[name=act][value=book]")
    expect(page.locator("[name=act][value=book]")).to_have_text("Book 4 endpoints")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Họp bằng bàn phím")
    assert held("Họp bằng bàn phím") == ["T1", "X00688", "X00691", "X00715"]


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people, title=TITLE)


@pytest.fixture
def desk(as_user: Visit, meeting: Meeting) -> Page:
    """The secretariat at the meeting's page, in English."""
    page = as_user("secretary", language="en")
    page.goto(f"/meetings/{meeting.pk}/")
    expect(page.locator("[data-connection]")).to_have_text("Live")
    return page


def test_an_agenda_is_written_and_put_in_order_by_buttons_and_by_keys(desk: Page, meeting: Meeting) -> None:
    titles = desk.locator(".agenda > li strong")
    desk.get_by_role("link", name="Add item").click()
    for number, title in enumerate(("Khai mạc", "Giải ngân vốn đầu tư công", "Kết luận"), start=1):
        # The form stays open, empty, for the item that comes next.
        expect(desk.get_by_label("Item", exact=True)).to_have_value("")
        desk.get_by_label("Item", exact=True).fill(title)
        desk.get_by_label("Minutes").fill(str(number * 10))
        desk.get_by_role("button", name="Add item").click()
        expect(titles).to_have_count(number)
    desk.locator("#item-form").get_by_role("link", name="Cancel").click()
    expect(desk.locator("#item-form")).to_have_count(0)
    last = desk.locator(".agenda > li", has_text="Kết luận")
    last.hover()
    last.get_by_role("button", name="Move up").click()
    expect(titles).to_have_text(["Khai mạc", "Kết luận", "Giải ngân vốn đầu tư công"])
    first = desk.locator(".agenda > li", has_text="Khai mạc")
    first.get_by_role("link", name="Edit").focus()
    desk.keyboard.press("Alt+ArrowDown")
    expect(titles).to_have_text(["Kết luận", "Khai mạc", "Giải ngân vốn đầu tư công"])
    expect(desk.locator(".agenda time")).to_have_text(["08:00", "08:30", "08:40"])
    stored = Item.objects.filter(meeting=meeting).order_by("position").values_list("title", flat=True)
    assert list(stored) == ["Kết luận", "Khai mạc", "Giải ngân vốn đầu tư công"]


def people_of(meeting: Meeting) -> list[tuple[str, str]]:
    return list(Participant.objects.filter(meeting=meeting).order_by("pk").values_list("full_name", "endpoint__code"))


def sheet(*rows: tuple[str, str, str]) -> bytes:
    """A list of people as offices write it: UTF-8 with its mark, Vietnamese heads."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("Họ và tên", "Chức vụ", "Điểm cầu"), *rows])
    return out.getvalue().encode("utf-8-sig")


def read_in(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Read for trial").click()


def test_people_come_from_the_directory_and_from_a_sheet(desk: Page, meeting: Meeting, people: People) -> None:
    desk.goto(f"/meetings/{meeting.pk}/people/")
    desk.get_by_role("link", name="Add people").click()
    desk.get_by_role("searchbox", name="Name or position, marks do not matter").press_sequentially("giang sua")
    desk.locator("#found").get_by_label("Giàng Thị Súa").check()
    desk.get_by_label("Endpoint", exact=True).select_option("H026")
    desk.get_by_role("button", name="Add to the list").click()
    expect(desk.locator("[data-toast]")).to_have_text("1 person added.")
    assert people_of(meeting) == [("Giàng Thị Súa", "H026")]

    desk.get_by_role("link", name="Import a list").click()
    good, bad = ("Vàng Mí Dình", "Chủ tịch", "X00715"), ("Thào Mí Già", "Bí thư", "X99999")
    read_in(desk, "danh-sach.csv", sheet(good, bad))
    expect(desk.locator("#import .message strong")).to_have_text("1 of 2 rows of “danh-sach.csv” does not fit.")
    expect(desk.locator("#import .message")).to_contain_text("Nothing has been imported yet.")
    problems = desk.locator("#import section", has_text="What does not fit").locator("tbody tr td")
    expect(problems).to_have_text(["3", "C3", "Endpoint", "“X99999” is not an endpoint of this meeting."])
    assert people_of(meeting) == [("Giàng Thị Súa", "H026")]

    read_in(desk, "danh-sach-2.csv", sheet(good, ("Thào Mí Già", "Bí thư", "T1")))
    desk.get_by_role("button", name="Import 2 people").click()
    expect(desk.locator("[data-toast]")).to_have_text("2 people imported.")
    assert people_of(meeting) == [("Giàng Thị Súa", "H026"), ("Vàng Mí Dình", "X00715"), ("Thào Mí Già", "T1")]


def test_a_document_is_uploaded_with_true_progress_and_published(desk: Page, meeting: Meeting) -> None:
    item = Item.objects.create(meeting=meeting, position=1, title="Giải ngân vốn đầu tư công", minutes=30)
    desk.reload()
    desk.get_by_role("link", name="Upload documents").click()
    content = pdf("GIAI NGAN", pages=3)
    desk.get_by_label("Files").set_input_files(
        {"name": "bao-cao.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    desk.get_by_label("Title").fill("Báo cáo số 118/BC-STC")
    desk.get_by_label("Agenda item").select_option(str(item.pk))
    line = desk.locator("[data-upload-line]")
    line.evaluate(
        """line => {
          window.said = [];
          new MutationObserver(() => window.said.push(line.textContent)).observe(line, {childList: true});
          sessionStorage.removeItem("said");
          addEventListener("pagehide", () => sessionStorage.setItem("said", window.said.join("|")));
        }"""
    )
    desk.get_by_role("button", name="Upload as drafts").click()
    paper = desk.locator(".papers li", has_text="Báo cáo số 118/BC-STC")
    expect(paper).to_contain_text("3 pp.")
    expect(paper).to_contain_text("Draft")
    # "5 kB sent, being checked": the bytes of the whole form, told when all of them had gone.
    assert re.search(r"\d+\u00a0kB sent, being checked", desk.evaluate("sessionStorage.getItem('said')"))
    desk.get_by_role("button", name="Publish 1 document").click()
    expect(desk.locator(".papers li", has_text="Báo cáo số 118/BC-STC")).to_contain_text("Published")
    document = Document.objects.get(meeting=meeting)
    assert (document.item, document.status, document.versions.get().pages) == (item, Document.Status.PUBLISHED, 3)


class Postbox:
    """Takes every letter and keeps the address on it."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 -- aiosmtpd's
        self.addresses += getattr(envelope, "rcpt_tos", [])
        return "250 OK"


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    """A mail server to which this process sends."""
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    controller.stop()


def test_invitations_wait_until_the_worker_has_sent_them(
    desk: Page, meeting: Meeting, people: People, postbox: Postbox
) -> None:
    for name, code in (("delegate", "H026"), ("operator", "X00715")):
        invite(meeting, people, name, code)
    desk.goto(f"/meetings/{meeting.pk}/letters/")
    desk.get_by_role("button", name="Send the invitation to 2 people").click()
    desk.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(desk.locator("[data-toast]")).to_have_text("2 letters are being sent.")
    key = desk.locator("#letters-progress .parts-key li")
    expect(key).to_have_text(["Sent 0", "Being sent 0", "Waiting 2", "Failed 0"])
    expect(desk.locator("[data-connection]")).to_have_text("Live")
    call_command("db_worker", batch=True, interval=0.1, startup_delay=False)
    expect(key).to_have_text(["Sent 2", "Being sent 0", "Waiting 0", "Failed 0"])
    assert sorted(postbox.addresses) == ["giang.thi.sua@example.vn", "ma.van.tuan@example.vn"]
    assert set(Letter.objects.values_list("status", flat=True)) == {Letter.Status.SENT}


EXPECTED = ("T1", "T1", "H026", "H026", "X00715", "X00715")
NAMES = ("Hoàng Văn Thiện", "Lộc Thị Hương", "Vàng Mí Dình", "Thào Mí Già", "Lý Thị Cở", "Lầu Thị Mỷ")


@pytest.fixture
def roll(meeting: Meeting, people: People) -> list[Participant]:
    """Six people expected at three endpoints; the fourth is excused."""
    rows = []
    for name, code in zip(NAMES, EXPECTED, strict=True):
        endpoint = people.network.endpoints[code]
        row = Participant(meeting=meeting, person=make_person(name, endpoint.unit), full_name=name, endpoint=endpoint)
        row.unit_name = endpoint.unit.name
        if name == "Thào Mí Già":
            row.answer, row.answer_reason = Participant.Answer.DECLINED, "Đi công tác"
        row.save()
        rows.append(row)
    return rows


def arrive(people: People, meeting: Meeting, row: Participant, mode: str = CheckIn.Mode.IN_PERSON) -> None:
    request = ScanRequest(
        op_id=uuid.uuid4(),
        endpoint=row.endpoint.code,
        method="manual",
        scanned_at=at(8),
        participant=row.pk,
        mode=mode,
    )
    (answer,) = check_in(people.secretary, meeting, [request])
    assert answer.result == "accepted"


def take(page: Page, link: str, folder: Path) -> Path:
    """Press the link and keep the file that it gives."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def counted(meeting: Meeting) -> list[int]:
    """Summoned, in person, online, present, excused, unexcused: from the rows of the database themselves."""
    everybody = Participant.objects.filter(meeting=meeting)
    here = CheckIn.objects.filter(meeting=meeting)
    absent = everybody.exclude(pk__in=here.values("participant"))
    excused = absent.filter(answer=Participant.Answer.DECLINED).count()
    modes = [here.filter(mode=mode).count() for mode in (CheckIn.Mode.IN_PERSON, CheckIn.Mode.ONLINE)]
    return [everybody.count(), *modes, here.count(), excused, absent.count() - excused]


def in_csv(path: Path) -> list[int]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        results = Counter(row["Result"] for row in csv.DictReader(file))
    there = [results["In person"], results["Online"]]
    return [results.total(), *there, sum(there), results["Excused"], results["Unexcused"]]


def in_workbook(path: Path, name: str) -> list[object]:
    (summary, *_others) = openpyxl.load_workbook(path).worksheets
    heads = next(row for row in summary.iter_rows(values_only=True) if "Summoned" in row)
    total = next(row for row in summary.iter_rows(values_only=True) if row[0] == name)
    named = dict(zip(heads, total, strict=True))
    wanted = ("Summoned", "In person", "Online", "Present", "Excused", "Unexcused")
    return [named[name] for name in wanted]


def in_pdf(path: Path) -> list[int]:
    """The total row of the State's paper: endpoints, summoned, in person, online, substitutes, present, …"""
    document = pypdfium2.PdfDocument(path)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    found = re.search(r"Toàn tỉnh\s+([\d\s]+?)\s+\d+,\d\s", text)
    assert found, text
    _endpoints, summoned, in_person, online, _substitutes, present, excused, unexcused = map(int, found[1].split())
    return [summoned, in_person, online, present, excused, unexcused]


def test_a_session_is_opened_and_closed_and_its_report_says_the_same_in_every_file(
    desk: Page, meeting: Meeting, people: People, roll: list[Participant], tmp_path: Path
) -> None:
    desk.reload()
    desk.get_by_role("button", name="Open the session").first.click()
    question = desk.get_by_role("dialog", name="Open the session at 3 endpoints?")
    expect(question.get_by_role("button", name="Keep as it is")).to_be_focused()
    question.get_by_role("button", name="Open the session").click()
    expect(desk.locator(".life [aria-current=step]")).to_contain_text("In session")
    for row, mode in ((0, "in_person"), (2, "in_person"), (4, "online")):
        arrive(people, meeting, roll[row], mode)
    desk.get_by_role("button", name="Close the session").first.click()
    desk.get_by_role("dialog").get_by_role("button", name="Close the session").click()
    desk.get_by_role("link", name="Attendance report").first.click()
    expect(desk.locator(".page-head .tag")).to_contain_text("Settled")
    figures = [desk.locator("dl.figures dd").nth(place).inner_text() for place in range(6)]
    assert figures == ["3/6", "50.0%", "3/3", "0", "1", "2"]
    expected = counted(meeting)
    assert expected == [6, 2, 1, 3, 1, 2]
    name = desk.locator("tfoot th").first.inner_text()
    assert in_workbook(take(desk, "XLSX", tmp_path), name) == expected
    assert in_csv(take(desk, "CSV", tmp_path)) == expected
    assert in_pdf(take(desk, "Download the official PDF", tmp_path)) == expected
