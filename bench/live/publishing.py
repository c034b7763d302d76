"""How the measured servers are told to publish: by a request, answered with the moment."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

FILLING = "x" * 260
"""Makes an event about 380 bytes on the wire, as those of a meeting are."""


def with_publishing(application: Any, publishing: Callable[[str], Awaitable[int]]) -> Any:
    """The application, and GET /round/NAME or /round/NAME/TIMES, which publishes; answered with the first moment,
    in nanoseconds of the machine's clock."""

    async def served(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/round/"):
            name, _, times = scope["path"].removeprefix("/round/").partition("/")
            moment = await publishing(name)
            for _time in range(int(times or 1) - 1):
                await publishing(name)
            await answer(send, moment)
            return
        await application(scope, receive, send)

    return served


async def answer(send: Any, number: int) -> None:
    """A number as the whole answer."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(number).encode()})
