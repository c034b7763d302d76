"""A real browser before the real server: `as_user("secretary")` gives a page of somebody who is logged in.

    def test_something(as_user, people):
        meeting = make_meeting(people)                     # the test writes to the database that the server reads
        page = as_user("secretary", viewport=(1440, 900))
        page.goto(f"/meetings/{meeting.pk}/board/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Bảng điểm cầu")

Wait with `expect(locator)`: the content security policy of our pages refuses `page.wait_for_function`. A test fails
when a page writes an error to its console, breaks the policy or gets a 5xx; what it does on purpose it announces with
`watch.allow("pattern")`. Playwright's loop runs in this thread from the first browser on, so the journeys have a run
of their own (`make e2e`).
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)
from pytest_django import Settings

from accounts.models import User
from tests.e2e.server import serving
from tests.people import People, make_network, make_people

# The browser is driven from a loop in this thread; Django would refuse the test's own queries beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)
Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def launch(playwright: Playwright) -> Iterator[Callable[..., Browser]]:
    """Start a browser with further flags: `launch("--use-fake-device-for-media-stream")`."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    browsers: list[Browser] = []

    def start(*flags: str) -> Browser:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        browsers.append(browser)
        return browser

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="package")
def browser(launch: Callable[..., Browser]) -> Browser:
    """The one browser of the run."""
    return launch()


@pytest.fixture(scope="package")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="package")
def server(django_db_setup: None, server_folder: Path) -> Iterator[str]:
    """The address of the server. It reads the database that the tests write."""
    with serving(server_folder / "media", server_folder / "server.log") as address:
        yield address


@pytest.fixture
def server_media(own_storage: None, settings: Settings, server_folder: Path) -> None:
    """Files that the test uploads lie where the server looks for them."""
    settings.MEDIA_ROOT = server_folder / "media"


@pytest.fixture
def people(transactional_db: None) -> People:
    """The people of tests/people.py, committed: the server sees them."""
    return make_people(make_network())


# htmx says in the console that it gave up a request for a newer one: on a slow server typing does that.
REPLACED = re.compile(r"htmx:(sendAbort|afterRequest), ")


class Watch:
    """What pages did that no page should do."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._allowed: list[re.Pattern[str]] = [REPLACED]

    def allow(self, *patterns: str) -> None:
        """Something that the test brings about on purpose, such as "ERR_INTERNET_DISCONNECTED"."""
        self._allowed += [re.compile(pattern) for pattern in patterns]

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("response", self._answered)

    def found(self) -> list[str]:
        return [line for line in self.problems if not any(pattern.search(line) for pattern in self._allowed)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.url}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collects the faults of all pages of the test and fails it for any that was not allowed."""
    watching = Watch()
    yield watching
    assert watching.found() == []


def log_in(context: BrowserContext, user: User, address: str) -> None:
    """Give the context the session of somebody who has logged in."""
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


@pytest.fixture
def as_user(people: People, server: str, browser: Browser, watch: Watch) -> Iterator[Visit]:
    """A page of a person of `people`: `as_user("delegate", viewport=(390, 844), language="en", dark=True)`.

    None is a visitor. `within` names another browser; what else is given goes to `Browser.new_context`.
    """
    contexts: list[BrowserContext] = []

    def visit(
        name: str | None,
        *,
        viewport: tuple[int, int] = (1440, 900),
        language: str = "vi",
        dark: bool = False,
        within: Browser | None = None,
        **options: object,
    ) -> Page:
        context = (within or browser).new_context(
            base_url=server,
            viewport={"width": viewport[0], "height": viewport[1]},
            locale={"vi": "vi-VN", "en": "en-GB"}[language],
            timezone_id="Asia/Ho_Chi_Minh",
            color_scheme="dark" if dark else "light",
            **options,  # type: ignore[arg-type]  # whatever Browser.new_context takes
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        if name is not None:
            log_in(context, getattr(people, name), server)
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()
