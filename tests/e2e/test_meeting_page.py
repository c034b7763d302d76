"""The desk page of a meeting in a browser: the agenda written in place, dialogs, uploads, what others do seen live."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from meetings.agenda.actions import add_item, change_item
from meetings.agenda.models import Item
from meetings.documents.actions import publish_document, upload_document
from meetings.documents.models import Document
from meetings.planning.actions import open_meeting
from meetings.planning.models import Meeting
from tests.e2e.conftest import Visit, Watch
from tests.meetings.documents.papers import pdf
from tests.people import People
from tests.scenes import make_meeting

TITLES = ("Khai mạc", "Báo cáo", "Kết luận")


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def items(people: People, meeting: Meeting) -> list[Item]:
    return [add_item(people.secretary, meeting, title=title, minutes=20) for title in TITLES]


def desk(as_user: Visit, meeting: Meeting, who: str = "secretary") -> Page:
    page = as_user(who, viewport=(1440, 900), language="en")
    page.goto(f"/meetings/{meeting.pk}/")
    expect(page.locator("[data-connection]").first).to_have_attribute("data-state", "live")
    return page


def titles_on(page: Page) -> list[str]:
    return page.locator("[data-agenda] > [data-item] strong").all_inner_texts()


def test_items_are_written_one_after_the_other_without_leaving_the_page(
    as_user: Visit, people: People, meeting: Meeting, watch: Watch
) -> None:
    watch.allow("422")
    page = desk(as_user, meeting)
    page.get_by_role("link", name="Add item").click()
    for title, minutes in (("Khai mạc", "10"), ("Báo cáo", "25")):
        expect(page.locator("#id_title")).to_be_focused()
        page.locator("#id_title").fill(title)
        page.locator("#id_minutes").fill(minutes)
        page.keyboard.press("Enter")
        expect(page.locator("[data-agenda] strong", has_text=title)).to_be_visible()
    expect(page.locator("#meeting-agenda .count")).to_have_text("2 items, 35 minutes; 85 minutes spare")
    page.locator("#id_minutes").fill("0")
    page.locator("#id_title").fill("Kết luận")
    page.locator("#item-form button", has_text="Add item").evaluate("button => button.form.noValidate = true")
    page.locator("#item-form button", has_text="Add item").click()
    expect(page.locator("#id_minutes_error")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("Kết luận")
    page.locator("#item-form").get_by_role("link", name="Cancel").click()
    expect(page.locator("#item-form")).to_have_count(0)
    assert page.url.endswith(f"/meetings/{meeting.pk}/")


def test_the_order_is_changed_by_key_by_button_and_by_dragging(
    as_user: Visit, people: People, meeting: Meeting, items: list[Item]
) -> None:
    page = desk(as_user, meeting)
    first = items[0].pk
    page.locator(f"#item-{first}-down").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("[data-agenda] > [data-item] strong").first).to_have_text("Báo cáo")
    expect(page.locator(f"#item-{first}-down")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("[data-agenda] > [data-item] strong").last).to_have_text("Khai mạc")
    page.locator(f"#item-{first}").hover()
    page.locator(f"#item-{first}-up").click()
    expect(page.locator("[data-agenda] > [data-item] strong").nth(1)).to_have_text("Khai mạc")
    grip = page.locator(f"#item-{items[2].pk} [data-grip]")
    page.locator(f"#item-{items[2].pk}").hover()
    grip.hover()
    page.mouse.down()
    target = page.locator(f"#item-{items[1].pk}").bounding_box()
    assert target is not None
    # A place is taken when the pointer moves over it, one at a time.
    for nudge in range(12):
        page.mouse.move(target["x"] + 5, target["y"] + 16 - nudge, steps=2)
    expect(page.locator("[data-agenda] > [data-item] strong").first).to_have_text("Kết luận")
    with page.expect_response(f"**/meetings/{meeting.pk}/agenda/order/"):
        page.mouse.up()
    expect(page.locator("[data-agenda] > [data-item] strong").first).to_have_text("Kết luận")
    assert [item.title for item in meeting.items.order_by("position")] == ["Kết luận", "Báo cáo", "Khai mạc"]


def test_what_others_do_is_seen_without_reloading_and_takes_no_form_away(
    as_user: Visit, people: People, meeting: Meeting, items: list[Item]
) -> None:
    page = desk(as_user, meeting)
    change_item(people.administrator, items[1], title="Báo cáo số 118", presenter="Sở", minutes=30)
    expect(page.locator("[data-agenda] strong").nth(1)).to_have_text("Báo cáo số 118")
    expect(page.locator("#meeting-history li").first).to_contain_text("Trần Văn Quản changed “Báo cáo số 118”")
    page.locator(f"#item-{items[0].pk}").hover()
    page.locator(f"#item-{items[0].pk}-edit").click()
    page.locator("#id_title").fill("Khai mạc, giới thiệu đại biểu")
    add_item(people.administrator, meeting, title="Thảo luận", minutes=10)
    expect(page.locator("#meeting-history li").first).to_contain_text("added “Thảo luận” to the agenda")
    expect(page.locator("#id_title")).to_have_value("Khai mạc, giới thiệu đại biểu")
    page.get_by_role("button", name="Save item").click()
    expect(page.locator("[data-agenda] > [data-item] strong")).to_have_text(
        ["Khai mạc, giới thiệu đại biểu", "Báo cáo số 118", "Kết luận", "Thảo luận"]
    )


def test_the_session_opened_elsewhere_changes_the_main_button_and_items_start(
    as_user: Visit, people: People, meeting: Meeting, items: list[Item]
) -> None:
    page = desk(as_user, meeting)
    expect(page.locator("#meeting-head .btn-primary")).to_have_text("Open the session")
    open_meeting(people.chair, meeting)
    expect(page.locator("#meeting-head .btn-primary")).to_have_text("Close the session")
    expect(page.locator("#meeting-life .now")).to_contain_text("In session")
    page.reload()
    page.locator(f"#item-{items[0].pk}").hover()
    page.locator(f"#item-{items[0].pk}-start").click()
    expect(page.locator(f"#item-{items[0].pk}")).to_have_attribute("aria-current", "step")


def test_a_cancellation_is_asked_about_with_the_safe_button_first(
    as_user: Visit, people: People, meeting: Meeting
) -> None:
    page = desk(as_user, meeting)
    menu = page.locator("#meeting-head summary.btn-icon")
    menu.click()
    page.get_by_role("button", name="Cancel the meeting").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Cancel the meeting of 08:00 at 3 endpoints?")
    expect(dialog.get_by_role("button", name="Keep as it is")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    meeting.refresh_from_db()
    assert meeting.status == Meeting.Status.SCHEDULED
    menu.click()
    page.get_by_role("button", name="Cancel the meeting").click()
    dialog.get_by_label("Reason").fill("Bão số 3")
    dialog.get_by_role("button", name="Cancel the meeting").click()
    expect(page.locator(".message-warn")).to_contain_text("This meeting is cancelled.")
    expect(page.locator(".message-warn")).to_contain_text("Bão số 3")


@pytest.mark.usefixtures("server_media")
def test_documents_are_uploaded_with_progress_and_published_by_one_button(
    as_user: Visit, people: People, meeting: Meeting, items: list[Item], tmp_path: Path
) -> None:
    for name in ("Báo cáo số 118.pdf", "Phụ lục.pdf"):
        (tmp_path / name).write_bytes(pdf(name[:3], pages=2))
    page = desk(as_user, meeting)
    page.get_by_role("link", name="Upload documents").click()
    page.locator("input[type=file]").set_input_files([tmp_path / "Báo cáo số 118.pdf", tmp_path / "Phụ lục.pdf"])
    page.get_by_label("Agenda item").select_option(label="2. Báo cáo")
    page.get_by_role("button", name="Upload as drafts").click()
    expect(page.locator(".papers a")).to_have_text(["Báo cáo số 118", "Phụ lục"])
    page.get_by_role("button", name="Publish 2 documents").click()
    expect(page.locator(".papers .tag-ok")).to_have_count(2)
    assert set(Document.objects.values_list("status", flat=True)) == {"published"}


@pytest.mark.usefixtures("server_media")
def test_a_refused_file_is_told_in_place_and_a_large_one_is_not_even_sent(
    as_user: Visit, people: People, meeting: Meeting, tmp_path: Path, watch: Watch
) -> None:
    watch.allow("415")
    page_file, large = tmp_path / "bao-cao.pdf", tmp_path / "lon.pdf"
    page_file.write_bytes(b"<!doctype html><title>PDF?</title>")
    with large.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    page = as_user("secretary", viewport=(1440, 900), language="en")
    page.goto(f"/meetings/{meeting.pk}/documents/new/")
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator("[data-too-large]")).to_contain_text("“lon.pdf” is larger than 200")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Upload as drafts").click()
    expect(page.locator("[data-too-large]")).to_be_visible()
    assert "POST" not in sent
    page.locator("input[type=file]").set_input_files(page_file)
    expect(page.locator("[data-too-large]")).to_be_hidden()
    page.get_by_role("button", name="Upload as drafts").click()
    expect(page.locator(".message-danger")).to_contain_text("Only PDF, JPEG and PNG files are taken.")
    assert Document.objects.count() == 0


@pytest.mark.usefixtures("server_media")
def test_a_draft_uploaded_by_a_colleague_appears_with_the_button_that_publishes_it(
    as_user: Visit, people: People, meeting: Meeting, items: list[Item], tmp_path: Path
) -> None:
    page = desk(as_user, meeting)
    path = tmp_path / "one.pdf"
    path.write_bytes(pdf())
    document = upload_document(people.administrator, meeting, path=path, name="Tham luận.pdf", item=items[1].pk)
    expect(page.locator(".papers a")).to_have_text("Tham luận")
    expect(page.locator("#meeting-head .btn", has_text="Publish 1 document")).to_be_visible()
    publish_document(people.administrator, document)
    expect(page.locator(".papers .tag-ok")).to_have_text("Published")
    expect(page.locator("#meeting-head .btn", has_text="Publish 1 document")).to_have_count(0)
