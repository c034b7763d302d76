"""The assertion that all slices use holds what it promises: it passes when it should, and fails when it should."""

from typing import Any

import pytest
from django.db import transaction

from realtime.publish import publish
from realtime.replay import head
from tests.realtime.fake import STREAM, CardPut, CardTaken
from tests.streams import assert_stream_complete

pytestmark = pytest.mark.django_db


class Wall:
    """Cards, kept in memory, that announce their changes: with ``silent`` they forget one."""

    def __init__(self, audience: str = "everyone") -> None:
        self.cards: dict[str, dict[str, Any]] = {}
        self.audience = audience

    def snapshot(self) -> dict[str, Any]:
        return {"seq": head(STREAM), "now": "differs", "cards": dict(self.cards)}

    @transaction.atomic
    def put(self, number: int, text: str, *, told: str | None = None) -> None:
        self.cards[str(number)] = {"id": number, "text": text}
        publish(STREAM, CardPut(id=number, text=told or text), audience=self.audience)

    @transaction.atomic
    def take(self, number: int, *, silent: bool = False) -> None:
        del self.cards[str(number)]
        if not silent:
            publish(STREAM, CardTaken(id=number), audience=self.audience)


def test_a_complete_stream_passes_and_names_its_kinds() -> None:
    wall = Wall()
    wall.put(1, "A")

    def act() -> None:
        wall.put(2, "B")
        wall.put(1, "C")
        wall.take(2)

    kinds = assert_stream_complete(wall.snapshot, act, stream=STREAM)
    assert kinds == ["card.put", "card.put", "card.taken"]


def test_a_collection_that_becomes_empty_may_be_left_out() -> None:
    wall = Wall()
    wall.put(1, "A")

    def snapshot() -> dict[str, Any]:
        return {name: value for name, value in wall.snapshot().items() if value or name == "seq"}

    assert assert_stream_complete(snapshot, lambda: wall.take(1), stream=STREAM) == ["card.taken"]


def test_a_change_that_was_not_told_fails() -> None:
    wall = Wall()
    wall.put(1, "A")
    with pytest.raises(AssertionError, match="cards differs"):
        assert_stream_complete(wall.snapshot, lambda: wall.take(1, silent=True), stream=STREAM)


def test_a_change_that_was_told_wrongly_fails() -> None:
    wall = Wall()
    with pytest.raises(AssertionError, match="cards differs"):
        assert_stream_complete(wall.snapshot, lambda: wall.put(1, "A", told="B"), stream=STREAM)


def test_a_change_that_the_listener_sees_but_does_not_hear_fails() -> None:
    wall = Wall("staff")
    with pytest.raises(AssertionError, match="cards differs"):
        assert_stream_complete(wall.snapshot, lambda: wall.put(1, "A"), stream=STREAM)
    staff = {"everyone", "staff"}
    assert assert_stream_complete(wall.snapshot, lambda: wall.put(2, "B"), stream=STREAM, audiences=staff) == [
        "card.put"
    ]
