"""Asking for the sockets of this process who may hear what: many together, in a thread of its own.

Whoever comes while the database is being asked waits for the next question and shares it: a storm of a thousand
tablets is a few questions, and neither what is live nor a page waits behind it.
"""

import asyncio
import contextlib
from collections.abc import Collection, Sequence

from realtime import hearing
from realtime.hearing import Answer, Credential
from realtime.threads import DatabaseThread

TOGETHER = 500
"""Sockets asked about in one question: some milliseconds."""


class Door:
    """Used on one event loop; ``close`` at the end. All raise DatabaseError."""

    def __init__(self, ask_every: float) -> None:
        self._ask_every = ask_every
        self._asked_at = float("-inf")
        self._crowd = asyncio.Event()
        self._database = DatabaseThread("realtime-door")
        self._waiting: dict[str, list[tuple[Credential, asyncio.Future[Answer]]]] = {}
        self._serving: asyncio.Task[None] | None = None

    async def ask(self, credential: Credential, stream: str) -> Answer:
        """What the holder may hear of the stream, asked together with all who wait for it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        waiting = self._waiting.setdefault(stream, [])
        waiting.append((credential, answer))
        if len(waiting) >= TOGETHER:
            self._crowd.set()
        if self._serving is None:
            self._serving = loop.create_task(self._serve())
        return await answer

    async def ask_again(self, credentials: Sequence[Credential], stream: str) -> list[Answer]:
        """What each may hear of the stream now."""
        answers: list[Answer] = []
        for first in range(0, len(credentials), TOGETHER):
            answers += await self._database.run(hearing.ask, credentials[first : first + TOGETHER], stream)
        return answers

    async def lost(self, credentials: Collection[Credential]) -> list[Credential]:
        """Which of these are not valid any more."""
        asked, lost = list(credentials), list[Credential]()
        for first in range(0, len(asked), 10 * TOGETHER):
            lost += await self._database.run(hearing.lost, asked[first : first + 10 * TOGETHER])
        return lost

    async def close(self) -> None:
        if self._serving is not None:
            self._serving.cancel()
        await self._database.close()

    async def _serve(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            while self._waiting:
                # Whoever comes alone is let in at once; of a crowd many are asked about in one question.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(self._asked_at + self._ask_every):
                        await self._crowd.wait()
                self._crowd.clear()
                self._asked_at = loop.time()
                come, self._waiting = self._waiting, {}
                for stream, waiting in come.items():
                    for first in range(0, len(waiting), TOGETHER):
                        await self._answer(stream, waiting[first : first + TOGETHER])
        finally:
            self._serving = None

    async def _answer(self, stream: str, some: Sequence[tuple[Credential, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._database.run(hearing.ask, [credential for credential, _answer in some], stream)
        except Exception as error:  # noqa: BLE001 -- whatever it is, those who wait must learn of it
            for _credential, answer in some:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_credential, answer), found in zip(some, answers, strict=True):
            # A socket that has gone meanwhile waits no more.
            if not answer.done():
                answer.set_result(found)
