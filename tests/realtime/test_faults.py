"""Processes that are killed, a Redis that comes and goes: everybody ends with everything, once and in order."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pytest_django import Settings
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from realtime.models import StreamEvent
from realtime.nudge import nudger
from realtime.replay import head
from tests.realtime.fake import APPS, PATIENCE, STREAM, make_user, put, put_many, wait_until
from tests.realtime.test_processes import Server, daphne, database_url

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)
DYING = """
import django; django.setup()
import os, signal
from django.db import transaction
from tests.realtime.fake import put
put(100)
with transaction.atomic():
    put(101)
    put(102)
    print("published, not committed", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


class Follower:
    """A client as the product's own: it follows a stream, and when its line is cut it goes on after the last number."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.told: list[int] = []
        self.cuts = 0
        self._socket: ClientConnection | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    @property
    def seq(self) -> int:
        return self.told[-1] if self.told else 0

    def cut(self) -> None:
        """As a power cut would: without a word."""
        if self._socket is not None:
            self.cuts += 1
            self._socket.socket.shutdown(socket.SHUT_RDWR)

    def leave(self) -> None:
        self._ending.set()
        if self._socket is not None:
            self._socket.close()
        self._thread.join(PATIENCE)

    def _follow(self) -> None:
        while not self._ending.is_set():
            try:
                with self.server.connect(query=f"?after={self.seq}") as self._socket:
                    self._read(self._socket)
            except (WebSocketException, OSError, EOFError):
                self._ending.wait(0.02)

    def _read(self, connected: ClientConnection) -> None:
        while not self._ending.is_set():
            frame = json.loads(connected.recv(PATIENCE))
            if frame["type"] in ("event", "skip"):
                self.told.append(frame["seq"])


@pytest.fixture
def followers() -> Iterator[list[Follower]]:
    there: list[Follower] = []
    yield there
    for each in there:
        each.leave()


def test_of_a_transaction_whose_process_is_killed_nothing_is_told(
    transactional_db: None, followers: list[Follower]
) -> None:
    make_user("daibieu", "everyone")
    with daphne({"TAIL_EVERY": "0.05"}) as server:
        followers.append(Follower(server))
        put(1)
        died = subprocess.run(
            [sys.executable, "-c", DYING],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.realtime.process_settings",
                "DATABASE_URL": database_url(),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (died.returncode, died.stdout) == (-signal.SIGKILL, "published, not committed\n")
        # The number that was taken and not committed is given anew; nobody waits for the dead.
        assert put(2) == 3
        wait_until(lambda: followers[0].seq == 3)
        assert followers[0].told == [1, 2, 3]
        cards = StreamEvent.objects.filter(stream__name=STREAM).order_by("seq").values_list("data", flat=True)
        assert [card["id"] for card in cards] == [1, 100, 2]


def test_clients_that_are_cut_again_and_again_miss_nothing(transactional_db: None, followers: list[Follower]) -> None:
    make_user("daibieu", "everyone")
    draw = random.Random(7)  # noqa: S311 -- the same cuts each time
    with daphne({"TAIL_EVERY": "0.05"}) as server:
        followers += [Follower(server) for _ in range(12)]
        put(0)
        for turn in range(20):
            wait_until(lambda: all(each.seq > 10 * turn for each in followers))  # noqa: B023 -- waited for here
            put_many(10)
            for each in draw.sample(followers, 4):
                each.cut()
        wait_until(lambda: {each.seq for each in followers} == {201})
        assert [each.told for each in followers] == [list(range(1, 202))] * 12
        assert sum(each.cuts for each in followers) == 80


def test_a_server_that_is_killed_under_its_clients_is_taken_up_where_it_was(
    transactional_db: None, followers: list[Follower]
) -> None:
    make_user("daibieu", "everyone")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for turn in range(3):
        with daphne({"TAIL_EVERY": "0.05"}, port=port, kill=True) as server:
            if not followers:
                followers += [Follower(server) for _ in range(4)]
            put_many(5)
            reached = head(STREAM)
            wait_until(lambda: {each.seq for each in followers} == {reached})  # noqa: B023 -- waited for here
        assert reached == 5 + 10 * turn
        put_many(5)
    assert [each.told for each in followers] == [list(range(1, 26))] * 4


@pytest.fixture
def redis_of_our_own() -> Iterator["Redis"]:
    redis = Redis()
    redis.start()
    yield redis
    redis.stop()


class Redis:
    """A Redis that may be stopped."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.address = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program is not None
        command = [program, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


@pytest.mark.redis
@pytest.mark.parametrize("layer", ["pubsub.RedisPubSubChannelLayer", "core.RedisChannelLayer"])
def test_a_redis_that_comes_and_goes_loses_nothing(
    transactional_db: None, settings: Settings, followers: list[Follower], redis_of_our_own: Redis, layer: str
) -> None:
    make_user("daibieu", "everyone")
    backend = f"channels_redis.{layer}"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend, "CONFIG": {"hosts": [redis_of_our_own.address]}}}
    environment = {"CHANNEL_BACKEND": backend, "REDIS_URL": redis_of_our_own.address}
    with ExitStack() as stack:
        servers = [stack.enter_context(daphne({"TAIL_EVERY": "0.2", **environment})) for _ in range(2)]
        followers += [Follower(server) for server in servers for _ in range(2)]
        for _turn in range(3):
            put_many(5)
            redis_of_our_own.stop()
            # Writing goes on, and the log is looked at without being told.
            put_many(5)
            reached = head(STREAM)
            wait_until(lambda: {each.seq for each in followers} == {reached})  # noqa: B023 -- waited for here
            redis_of_our_own.start()
        put_many(5)
        wait_until(lambda: {each.seq for each in followers} == {35})
        assert [each.told for each in followers] == [list(range(1, 36))] * 4
        assert {each.cuts for each in followers} == {0}
    nudger.stop()
