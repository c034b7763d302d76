"""A thread with a database connection of its own, which stays open: no event waits for a connection to be made."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connections

Given = ParamSpec("Given")
Found = TypeVar("Found")


class DatabaseThread:
    """Runs one act after another. Raises what the act raises; after a DatabaseError the next one connects anew."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, act: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Found:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(_connected, partial(act, *args, **kwargs)))

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)
        self._thread.shutdown(wait=False)


def _connected(act: Callable[[], Found]) -> Found:
    try:
        return act()
    except DatabaseError:
        connections.close_all()
        raise
