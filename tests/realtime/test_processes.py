"""Real server processes: daphne with real sockets, and two of them with Redis between."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from realtime.models import TabletCount
from realtime.nudge import nudger
from realtime.presence import Tablets, presence_of
from realtime.reporting import reports
from tests.realtime.fake import APPS, PATIENCE, STREAM, make_user, put, wait_until

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")


def database_url() -> str:
    """The address of the test's own database."""
    given: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    return f"postgres://{quote(given['USER'])}{password}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@dataclass
class Server:
    port: int

    def connect(self, user: str = "daibieu", query: str = "", **more: Any) -> ClientConnection:
        headers = {"Authorization": f"Bearer {user}"}
        address = f"ws://127.0.0.1:{self.port}/ws/cards/1/{query}"
        client: ClientConnection = connect(address, additional_headers=headers, compression=None, max_size=None, **more)
        return client

    def writers(self) -> dict[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE) as answer:
            counted: dict[str, int] = json.load(answer)
        return counted


@contextmanager
def daphne(environment: Mapping[str, str] | None = None, *, port: int = 0, kill: bool = False) -> Iterator[Server]:
    """A daphne process that listens on this port, or one that the system chose; clients may connect before it is up.
    `kill`: it ends as in a power cut."""
    with socket.create_server(("127.0.0.1", port), backlog=64) as listening:
        command = [sys.executable, "-m", "daphne", "--fd", str(listening.fileno())]
        process = subprocess.Popen(
            [*command, "--verbosity", "0", "tests.realtime.process_app:application"],
            pass_fds=[listening.fileno()],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.realtime.process_settings",
                "DATABASE_URL": database_url(),
                **(environment or {}),
            },
        )
        try:
            yield Server(listening.getsockname()[1])
        finally:
            process.kill() if kill else process.terminate()
            process.wait(PATIENCE)


def read(client: ClientConnection, count: int) -> list[tuple[str, int]]:
    frames = [json.loads(client.recv(PATIENCE)) for _ in range(count)]
    return [(frame["type"], frame["seq"]) for frame in frames]


def test_daphne_is_written_to_directly_and_nothing_is_lost(transactional_db: None) -> None:
    make_user("daibieu", "everyone")
    make_user("thuky", "everyone,staff")
    put(1)
    # With no layer the server hears of this process's events by looking at the log.
    with daphne({"TAIL_EVERY": "0.05"}) as server, server.connect(query="?after=0") as one:
        assert read(one, 2) == [("hello", 1), ("event", 1)]
        put(2, "staff")
        put(3, text="ộ" * 200_000)
        assert read(one, 2) == [("skip", 2), ("event", 3)]
        with server.connect("thuky", query="?after=0") as two:
            assert read(two, 4) == [("hello", 3), ("event", 1), ("event", 2), ("event", 3)]
            assert server.writers() == {"DirectWriter": 2}


def test_daphne_shows_the_close_code_and_refuses_a_foreign_page(transactional_db: None) -> None:
    make_user("nguoila", "")
    with daphne() as server:
        with server.connect("nguoila") as stranger, pytest.raises(ConnectionClosed) as closed:
            stranger.recv(PATIENCE)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
        with pytest.raises(InvalidStatus) as refused, server.connect(origin="https://evil.example"):
            pass
        assert refused.value.response.status_code == 403


def test_every_process_tells_of_itself_also_while_nobody_holds_a_socket(transactional_db: None) -> None:
    with daphne({"REPORTING": "1"}) as one, daphne({"REPORTING": "1"}) as other:
        assert one.writers() == other.writers() == {}
        wait_until(lambda: len(reports()) == 2)
        assert len({report.process for report in reports()}) == 2
        assert [report.figures.sockets for report in reports()] == [0, 0]


@pytest.fixture(params=["channels_redis.pubsub.RedisPubSubChannelLayer", "channels_redis.core.RedisChannelLayer"])
def layer(request: pytest.FixtureRequest, settings: Settings) -> Iterator[dict[str, str]]:
    """A channel layer for this process and, as environment, for those it starts."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": request.param, "CONFIG": {"hosts": [REDIS_URL]}}}
    yield {"CHANNEL_BACKEND": request.param, "REDIS_URL": REDIS_URL}
    nudger.stop()


@pytest.mark.redis
def test_what_one_process_publishes_is_heard_at_the_others_at_once(
    transactional_db: None, layer: dict[str, str]
) -> None:
    make_user("daibieu", "everyone")
    with ExitStack() as stack:
        servers = [stack.enter_context(daphne(layer)) for _ in range(2)]
        clients = [stack.enter_context(server.connect()) for server in servers]
        for client in clients:
            assert read(client, 1) == [("hello", 0)]
        for number in range(20):
            put(number)
        assert [read(client, 20) for client in clients] == [[("event", seq) for seq in range(1, 21)]] * 2


@pytest.mark.redis
def test_a_client_that_does_not_read_is_closed_and_others_are_not(
    transactional_db: None, layer: dict[str, str]
) -> None:
    make_user("daibieu", "everyone")
    with daphne(layer) as server, server.connect() as good, server.connect(max_queue=1) as stuck:
        assert read(good, 1) == read(stuck, 1) == [("hello", 0)]
        for number in range(40):
            seq = put(number, text="x" * 500_000)
            assert read(good, 1) == [("event", seq)]
        assert server.writers() == {"DirectWriter": 1}
        put(0)
        assert read(good, 1) == [("event", 41)]
        with pytest.raises(ConnectionClosed):
            read(stuck, 42)


def counted() -> dict[str, Tablets]:
    return dict(presence_of(STREAM).places)


def test_tablets_of_several_processes_are_counted_together(transactional_db: None) -> None:
    make_user("daibieu", "everyone,at:A")
    put(1)
    with daphne() as first, daphne() as second, ExitStack() as stack:
        tablets = [stack.enter_context(server.connect()) for server in (first, first, second)]
        for tablet, seq in zip(tablets, (0, 1, 1), strict=True):
            assert read(tablet, 1) == [("hello", 1)]
            tablet.send(json.dumps({"type": "received", "seq": seq}))
        wait_until(lambda: counted() == {"A": Tablets(3, 2)})
        assert TabletCount.objects.count() == 2
        tablets[2].close()
        wait_until(lambda: counted() == {"A": Tablets(2, 1)})
        assert TabletCount.objects.count() == 1
