"""Every page that exists, in a browser: axe finds nothing, nothing is wider than the screen, nothing is English.

The pages are those of the permission matrix, so that a page is looked at from the day it has a line there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polib
import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Dialog, Page
from pytest_django import Settings

from accounts.decision import Role
from accounts.models import Membership
from meetings.documents.models import Document
from tests.e2e.conftest import PATIENCE_MS, Watch
from tests.e2e.papers import published
from tests.web.hostile import MARKUP, write_everywhere
from tests.web.matrix import every_row
from tests.web.stage import Stage, build_stage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server_media")]

TESTS: Final = Path(__file__).resolve().parent.parent
AXE: Final = next((TESTS / "vendor").glob("axe-core-*/axe.min.js")).read_text(encoding="utf-8")
CATALOGUE: Final = TESTS.parent / "locale/vi/LC_MESSAGES/django.po"
DESK, TABLET, PHONE, WALL = (1440, 900), (1180, 820), (390, 844), (1920, 1080)
WIDTHS: Final = (1440, 1180, 390)

# What is no page: parts of pages, options, files, pages that only lead on, and doors for which one must stand outside.
PARTS: Final = re.compile(
    r"^/(livez|readyz|metrics|favicon.ico|api/)|/parts/|/chairs/|/others/|/progress/|^/administration/units/|/people/\?|/nothing/|/file/$|screen/code$"
    r"|\.(csv|xlsx|pdf|webp|ics)$|^/network/blocks/1/|/board/\{endpoint\}|/join/\{entry\}|login/code|2fa/authenticate|confirm-email"
    r"|/accounts/(inactive|email|password/set|login|signup|password/reset)|2fa/(totp/deactivate|recovery-codes/$)"
    r"|recovery-codes/download"
)
OUTSIDE: Final = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/join/", "/join/{entry}/")


@dataclass(frozen=True)
class Place:
    """A page with somebody who may open it, at the size of the device that it is made for."""

    template: str
    who: str | None
    size: tuple[int, int]


def places() -> list[Place]:
    found = [Place(template, None, DESK) for template in OUTSIDE]
    templates = [row.template for row in every_row() if row.method == "GET" and not PARTS.search(row.template)]
    for template in dict.fromkeys(template for template in templates if template not in OUTSIDE):
        found.append(Place(template, _who(template), _size(template)))
    return found


def _who(template: str) -> str:
    if template.startswith("/administration/"):
        return "administrator"
    if "tablet" in template or template.endswith(("/answer/", "/my-code/")) or template.startswith("/c/"):
        return "delegate"
    return "secretary"


def _size(template: str) -> tuple[int, int]:
    if "tablet" in template:
        return TABLET
    if template.endswith(("/answer/", "/my-code/", "/scan/")) or template.startswith("/c/"):
        return PHONE
    return WALL if template.endswith("/screen/") else DESK


@pytest.fixture
def stage(transactional_db: None, server_media: None, settings: Settings, tmp_path: Path) -> Stage:
    """The scene of the permission matrix, with a document that can really be read."""
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    built = build_stage()
    world = built.worlds["open"]
    # The journals are for whoever administers the whole network.
    top = built.people.network.units["04"]
    Membership.objects.create(user=built.people.administrator, role=Role.ADMINISTRATOR.value, unit=top)
    Document.objects.filter(meeting=world.meeting).exclude(status=Document.Status.DRAFT).delete()
    paper = published(built.people.secretary, world.meeting, tmp_path, title="Báo cáo số 118", item=world.item.pk)
    world.papers["published"] = (paper, paper.versions.get().sha256)
    return built


@pytest.fixture(params=["light", "dark"])
def context(request: pytest.FixtureRequest, browser: Browser, server: str, watch: Watch) -> Iterator[BrowserContext]:
    """One window of one theme for all pages."""
    opened = browser.new_context(
        base_url=server, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", color_scheme=request.param
    )
    opened.set_default_timeout(PATIENCE_MS)
    watch.follow(opened)
    yield opened
    opened.close()


def enter(context: BrowserContext, stage: Stage, settings: Settings, server: str, who: str | None) -> None:
    context.clear_cookies()
    if who is not None:
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": stage.sessions[who], "url": server}
        context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's own shape


def faults(page: Page) -> list[str]:
    """The serious and critical findings of axe."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {json.dumps(node['target'])}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    wider = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        reaches = page.evaluate("document.documentElement.scrollWidth")
        if reaches > width:
            wider.append(f"{reaches} at {width}")
    return wider


def english() -> list[re.Pattern[str]]:
    """Every text of three words and more that has a translation and no placeholder."""
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if entry.msgstr and entry.msgstr != entry.msgid]
    texts = [entry.msgid for entry in entries if len(entry.msgid.split()) >= 3 and not re.search(r"[%{]", entry.msgid)]
    return [re.compile(rf"(?<!\w){re.escape(' '.join(text.split()))}(?!\w)") for text in texts]


def left_in_english(page: Page, texts: list[re.Pattern[str]]) -> list[str]:
    shown = " ".join(page.evaluate("document.body.innerText").split())
    return [f"English: {text.pattern}" for text in texts if text.search(shown)]


def test_what_is_looked_for_would_be_found(context: BrowserContext, watch: Watch) -> None:
    page = context.new_page()
    page.goto("/accounts/login/")
    assert (faults(page), left_in_english(page, english()), too_wide(page)) == ([], [], [])
    page.evaluate(
        """() => {
            const picture = document.createElement("img")
            picture.src = "/static/img/mark.svg"
            picture.width = 3000
            const words = document.createElement("p")
            words.textContent = "Others in the office: Too many wrong passwords"
            document.querySelector("main").append(picture, words)
        }"""
    )
    assert [fault.split(":")[0] for fault in faults(page)] == ["image-alt"]
    assert left_in_english(page, english()) == [r"English: (?<!\w)Too\ many\ wrong\ passwords(?!\w)"]
    assert len(too_wide(page)) == len(WIDTHS)


def test_every_page_can_be_used_by_everybody(
    context: BrowserContext, stage: Stage, settings: Settings, server: str
) -> None:
    page = context.new_page()
    untranslated = english()
    found: dict[str, list[str]] = {}
    now: str | None = "nobody yet"
    for place in sorted(places(), key=lambda each: each.who or ""):
        if place.who != now:
            enter(context, stage, settings, server, place.who)
            now = place.who
        page.set_viewport_size({"width": place.size[0], "height": place.size[1]})
        answer = page.goto(stage.worlds["open"].address(place.template))
        said = [] if answer is not None and answer.status == 200 else [f"answers {answer.status if answer else None}"]
        said += faults(page)
        if page.evaluate("matchMedia('(prefers-color-scheme: light)').matches"):
            # Words and widths are the same in the dark.
            said += left_in_english(page, untranslated)
            said += [] if place.size == WALL else too_wide(page)
        if said:
            found[place.template] = said
    assert found == {}
    assert len(places()) > 40


@pytest.mark.parametrize("context", ["light"], indirect=True)
def test_hostile_words_run_nothing_in_a_browser(
    context: BrowserContext, stage: Stage, settings: Settings, server: str
) -> None:
    with transaction.atomic():
        write_everywhere(stage, MARKUP[1])
    page = context.new_page()
    dialogs: list[str] = []

    def opened(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", opened)
    now: str | None = "nobody yet"
    for place in sorted(places(), key=lambda each: each.who or ""):
        if place.who != now:
            enter(context, stage, settings, server, place.who)
            now = place.who
        page.goto(stage.worlds["open"].address(place.template))
    assert dialogs == []
