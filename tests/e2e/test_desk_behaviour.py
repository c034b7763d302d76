"""What every desk page does: menus, keys, theme, questions before acts that others feel, uploads with true progress."""

import re

import pytest
from django.template.loader import get_template
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Visit, Watch

DESK = "/accounts/password/change/"
# A form as a page would write it; its act only opens the page that says the process lives.
ASKING_FORM = """
() => {
  const form = document.createElement("form");
  form.action = "/livez";
  Object.assign(form.dataset, {confirm: "Cancel the meeting at 208 endpoints?", confirmText: "3,156 people are told.",
                               confirmVerb: "Cancel the meeting"});
  const button = document.createElement("button");
  button.textContent = "Cancel…";
  form.append(button);
  document.getElementById("content").append(form);
}
"""
UPLOAD_FORM = """
async (html) => {
  const part = new DOMParser().parseFromString(html, "text/html").body;
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: "/upload-target", enctype: "multipart/form-data", id: "upload"});
  form.dataset.upload = "";
  const file = document.createElement("input");
  Object.assign(file, {type: "file", name: "file"});
  const button = document.createElement("button");
  Object.assign(button, {type: "submit", textContent: "Send"});
  form.append(file, button, ...part.childNodes);
  document.getElementById("content").append(form);
  await import("/static/js/upload.js");
}
"""


@pytest.fixture
def desk(as_user: Visit) -> Page:
    page = as_user("secretary", language="en")
    page.goto(DESK)
    return page


def test_the_list_of_keys_opens_and_closes_by_keys(desk: Page) -> None:
    desk.get_by_role("heading", level=1).click()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_letters_do_nothing_while_somebody_types(desk: Page) -> None:
    field = desk.locator("input[type=password]").first
    field.press_sequentially("?n/gh")
    expect(field).to_have_value("?n/gh")
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_single_letters_can_be_turned_off(desk: Page) -> None:
    desk.get_by_role("heading", level=1).click()
    desk.keyboard.press("?")
    desk.get_by_label("Use single letters as keys on this computer").uncheck()
    desk.get_by_role("button", name="Close").click()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_the_theme_follows_the_system_until_one_chooses(as_user: Visit) -> None:
    page = as_user("secretary", language="en", dark=True)
    page.goto(DESK)
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.locator("details.who > summary").click()
    page.get_by_role("button", name="Light").click()
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "light")


def test_escape_closes_a_menu_and_gives_the_focus_back(desk: Page) -> None:
    menu = desk.locator("details.who")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    desk.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", re.compile(".*"))
    expect(menu.locator("summary")).to_be_focused()


def test_an_act_that_others_feel_is_asked_about_with_the_safe_button_first(desk: Page) -> None:
    desk.evaluate(ASKING_FORM)
    desk.get_by_role("button", name="Cancel…").click()
    question = desk.get_by_role("dialog", name="Cancel the meeting at 208 endpoints?")
    expect(question).to_contain_text("3,156 people are told.")
    expect(question.get_by_role("button", name="Keep as it is")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(question).to_have_count(0)
    assert desk.url.endswith(DESK)


def test_the_verb_of_the_act_does_it(desk: Page) -> None:
    desk.evaluate(ASKING_FORM)
    desk.get_by_role("button", name="Cancel…").click()
    desk.get_by_role("dialog").get_by_role("button", name="Cancel the meeting").click()
    expect(desk).to_have_url(re.compile(r"/livez\b"))


def test_an_upload_that_the_line_breaks_keeps_what_was_chosen(desk: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    desk.evaluate(UPLOAD_FORM, get_template("parts/_upload.html").render())
    desk.route("**/upload-target", lambda route: route.abort())
    desk.locator("#upload input").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x" * 10})
    desk.get_by_role("button", name="Send").click()
    expect(desk.locator("[data-upload-failed]")).to_be_visible()
    expect(desk.get_by_role("button", name="Send")).to_be_enabled()
    assert desk.locator("#upload input").evaluate("field => field.files.length") == 1


def test_an_upload_goes_on_to_where_the_answer_leads(desk: Page) -> None:
    sent: list[bytes] = []

    def answer(route: Route) -> None:
        sent.append(route.request.post_data_buffer or b"")
        route.fulfill(status=200, headers={"HX-Redirect": "/livez"}, body="")

    desk.evaluate(UPLOAD_FORM, get_template("parts/_upload.html").render())
    desk.route("**/upload-target", answer)
    desk.locator("#upload input").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1"})
    desk.get_by_role("button", name="Send").click()
    desk.wait_for_url("**/livez")
    assert len(sent) == 1
    assert b"%PDF-1" in sent[0]


def test_time_left_is_told_in_steps_of_five_seconds(desk: Page) -> None:
    left = desk.evaluate(
        """async () => {
          const { secondsLeft } = await import("/static/js/upload.js");
          return [secondsLeft(0, 100, 9000), secondsLeft(50, 100, 1000), secondsLeft(20, 100, 10000),
                  secondsLeft(99, 100, 10000)];
        }"""
    )
    assert left == [None, None, 40, 5]
