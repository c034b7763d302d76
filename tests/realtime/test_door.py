"""Asking about many at once: nobody waits for another meeting's crowd, and nobody is forgotten."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from realtime import hearing
from realtime.door import TOGETHER, Door
from realtime.hearing import Answer, Credential

Asked = list[tuple[str, int]]
NEVER = 3600.0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Every question: the stream, and about how many."""
    questions: Asked = []

    def ask(credentials: Sequence[Credential], stream: str) -> list[Answer]:
        questions.append((stream, len(credentials)))
        if "broken" in credentials:
            raise LookupError(stream)
        return [frozenset({f"{stream} {each}"}) for each in credentials]

    monkeypatch.setattr(hearing, "ask", ask)
    return questions


@pytest_asyncio.fixture
async def door() -> AsyncIterator[Door]:
    opened = Door(NEVER)
    yield opened
    await opened.close()


async def test_those_of_several_streams_are_answered_in_the_same_turn(door: Door, asked: Asked) -> None:
    streams = [f"meeting:{number}" for number in range(10)]
    answers = await asyncio.gather(*(door.ask(who, stream) for stream in streams for who in range(3)))
    assert answers == [frozenset({f"{stream} {who}"}) for stream in streams for who in range(3)]
    assert asked == [(stream, 3) for stream in streams]


async def test_a_large_crowd_does_not_wait_for_its_turn(door: Door, asked: Asked) -> None:
    assert await door.ask("first", "meeting:1") == frozenset({"meeting:1 first"})
    crowd = [door.ask(number, "meeting:1") for number in range(TOGETHER + 7)]
    answers = await asyncio.gather(*crowd)
    assert answers == [frozenset({f"meeting:1 {number}"}) for number in range(TOGETHER + 7)]
    assert asked[0] == ("meeting:1", 1)
    assert sum(number for _stream, number in asked) == TOGETHER + 8
    assert max(number for _stream, number in asked) == TOGETHER


async def test_a_small_crowd_waits_for_the_next_turn(door: Door, asked: Asked) -> None:
    await door.ask("first", "meeting:1")
    second = asyncio.ensure_future(door.ask("second", "meeting:1"))
    done, _pending = await asyncio.wait([second], timeout=0.05)
    assert (done, asked) == (set(), [("meeting:1", 1)])
    second.cancel()


async def test_whoever_shares_a_question_that_fails_learns_of_it_and_others_do_not(door: Door, asked: Asked) -> None:
    answers = await asyncio.gather(
        door.ask("broken", "meeting:1"),
        door.ask("whole", "meeting:1"),
        door.ask("other", "meeting:2"),
        return_exceptions=True,
    )
    assert [type(each) for each in answers] == [LookupError, LookupError, frozenset]
    assert sorted(asked) == [("meeting:1", 2), ("meeting:2", 1)]


async def test_whoever_leaves_while_waiting_holds_up_nobody(door: Door, asked: Asked) -> None:
    gone, stays = (asyncio.ensure_future(door.ask(who, "meeting:1")) for who in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == frozenset({"meeting:1 stays"})
    assert asked == [("meeting:1", 2)]
