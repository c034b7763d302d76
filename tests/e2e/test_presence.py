"""Two tablets follow a meeting; the secretariat sees who has the newest document, on the board and on the desk."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from accounts.models import User
from meetings.planning.models import Meeting
from tests.e2e.conftest import PATIENCE_MS, Visit
from tests.e2e.papers import published
from tests.people import People
from tests.scenes import invite, make_meeting


class Tablet:
    """What a tablet says at its socket, when the test lets it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.reached = self._read()

    def _read(self) -> int:
        while True:
            frame = json.loads(self._socket.recv(PATIENCE_MS / 1000))
            if frame["type"] in {"hello", "event", "skip"}:
                return int(frame["seq"])

    def hears_up_to(self, seq: int) -> None:
        while self.reached < seq:
            self.reached = self._read()

    def receives(self) -> None:
        self._socket.send(json.dumps({"type": "received", "seq": self.reached}))


@pytest.fixture
def meeting(people: People) -> Meeting:
    made = make_meeting(people, status="open")
    for who, code in (("delegate", "H026"), ("operator", "X00715")):
        invite(made, people, who, code)
    return made


@pytest.fixture
def tablet(server: str, meeting: Meeting) -> Iterator[Callable[[User], Tablet]]:
    """Open the socket of somebody's tablet."""
    with ExitStack() as stack:

        def opened(user: User) -> Tablet:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            address = f"{server.replace('http', 'ws', 1)}/ws/meetings/{meeting.pk}/"
            cookie = {"Cookie": f"{name}={client.cookies[name].value}"}
            return Tablet(stack.enter_context(connect(address, origin=Origin(server), additional_headers=cookie)))

        yield opened


def visible(page: Page) -> list[str]:
    return [tile.get_attribute("data-code") or "" for tile in page.locator(".tile:visible").all()]


def test_the_secretariat_sees_the_newest_document_arrive(
    as_user: Visit, people: People, meeting: Meeting, tmp_path: Path, tablet: Callable[[User], Tablet]
) -> None:
    board, desk = as_user("secretary", language="en"), as_user("secretary", language="en")
    board.goto(f"/meetings/{meeting.pk}/board/")
    desk.goto(f"/meetings/{meeting.pk}/")
    for page in (board, desk):
        expect(page.locator("[data-connection]")).to_have_text("Live")
    on_board, on_desk = board.locator("[data-tablets-said]"), desk.locator("#meeting-tablets")
    expect(on_board).to_have_text("No tablet is connected yet.")
    expect(on_desk).to_contain_text("No tablet is connected yet.")

    one, two = tablet(people.delegate), tablet(people.operator)
    one.receives()
    two.receives()
    expect(on_board).to_have_text("2/3 endpoints have a tablet connected")
    expect(on_desk).to_contain_text("2/3 endpoints have a tablet connected")
    board.get_by_label("Tablets").select_option("none")
    assert visible(board) == ["T1"]

    board.get_by_label("Tablets").select_option("behind")
    expect(board.locator("[data-none]")).to_be_visible()
    published(people.secretary, meeting, tmp_path, title="Báo cáo số 118")
    expect(on_board).to_have_text("2/3 endpoints have a tablet connected; 0 with the newest document")
    expect(on_desk.get_by_role("link", name="2 endpoints without the newest document yet")).to_be_visible()
    expect(board.locator(".tile:visible")).to_have_count(2)
    assert visible(board) == ["H026", "X00715"]

    head = one.reached + 1
    for each in (one, two):
        each.hears_up_to(head)
    two.receives()
    expect(board.locator(".tile:visible")).to_have_count(1)
    expect(on_board).to_have_text("2/3 endpoints have a tablet connected; 1 with the newest document")
    board.locator(".tile:visible").click()
    strip = board.locator("[data-endpoint-strip]")
    expect(strip).to_contain_text("1 tablet, 0 with the newest document")
    one.receives()
    expect(strip).to_contain_text("1 tablet, with the newest document")
    expect(on_desk).to_contain_text("2/3 endpoints have a tablet connected; 2 with the newest document")
    expect(board.locator("[data-none]")).to_be_visible()

    # Without a socket the page says the same.
    board.reload()
    expect(on_board).to_have_text("2/3 endpoints have a tablet connected; 2 with the newest document")
    expect(board.get_by_label("Tablets")).to_have_value("behind")


def test_whoever_may_only_look_sees_no_tablets(as_user: Visit, meeting: Meeting) -> None:
    Meeting.objects.update(chair=None)
    page = as_user("chair", language="en")
    page.goto(f"/meetings/{meeting.pk}/board/?tablets=none")
    expect(page.locator("[data-connection]")).to_have_text("Live")
    expect(page.locator(".tile:visible")).to_have_count(3)
    expect(page.get_by_label("Tablets")).to_have_count(0)


def test_a_tablet_tells_by_itself_what_it_has(as_user: Visit, people: People, meeting: Meeting, tmp_path: Path) -> None:
    board, page = as_user("secretary", language="en"), as_user("delegate", viewport=(1180, 820))
    board.goto(f"/meetings/{meeting.pk}/board/")
    said = board.locator("[data-tablets-said]")
    page.goto(f"/meetings/{meeting.pk}/tablet/")
    expect(said).to_have_text("1/3 endpoints have a tablet connected")
    published(people.secretary, meeting, tmp_path, title="Báo cáo số 118")
    expect(said).to_have_text("1/3 endpoints have a tablet connected; 1 with the newest document")
    page.close()
    expect(said).to_have_text("No tablet is connected yet.")
