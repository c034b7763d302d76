"""What a server process of a test serves: the sockets of the fake domain, and a word on how they are written to.

A bearer token is the name of a user; behind the check of the origin stands Channels' own session, as in the product.
"""

import json
from collections import Counter

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 -- needs the app registry
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import AbstractUser  # noqa: E402

from realtime import hub  # noqa: E402
from realtime.consumers import Receive, Scope  # noqa: E402
from realtime.origin import OriginCheck  # noqa: E402
from realtime.reporting import Reporting  # noqa: E402
from realtime.writers import Send  # noqa: E402
from tests.realtime.fake import as_user, in_database  # noqa: E402


async def by_name(scope: Scope, receive: Receive, send: Send) -> None:
    name = dict(scope["headers"])[b"authorization"].decode().removeprefix("Bearer ")
    user = await in_database(get_user_model().objects.get_by_natural_key, name)
    assert isinstance(user, AbstractUser)
    await as_user(user)(scope, receive, send)


async def writers(scope: Scope, receive: Receive, send: Send) -> None:
    """How many sockets there are of each kind of writer."""
    kinds = Counter(
        type(seat.writer).__name__ for each in hub._hubs.values() for room in each.rooms.values() for seat in room.seats
    )
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(kinds).encode()})


application = Reporting(
    ProtocolTypeRouter(
        {"http": writers, "websocket": OriginCheck(AuthMiddlewareStack(by_name), allowed_hosts=["127.0.0.1"])}
    )
)
