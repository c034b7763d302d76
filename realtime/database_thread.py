"""A thread with a database connection of its own, for what an event loop asks again and again."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connections

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class DatabaseThread:
    """Does one thing after the other; its connection stays open."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, act: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        """``act(…)`` in the thread. Raises what it raises; after a DatabaseError the next begins with a new connection.

        Whoever stops waiting does not stop it: what is asked later is done after it.
        """

        def acted() -> Answer:
            try:
                return act(*args, **kwargs)
            except DatabaseError:
                connections.close_all()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, acted)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)
        self._thread.shutdown(wait=False)
