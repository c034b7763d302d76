"""Who opens a socket: a bearer token, else the browser's session."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from accounts.selectors import user_of_token


class SocketAuth:
    """ASGI middleware: sets scope["user"]. With an Authorization header the session cookie is not looked at."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.by_session = AuthMiddlewareStack(inner)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        authorization = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer":
            return await self.by_session(scope, receive, send)
        token = token.strip()
        user = await database_sync_to_async(user_of_token)(token)
        # Asked again when rights change, so that a withdrawn token closes its sockets (realtime.hearing.Listener).
        more = {"user": user or AnonymousUser(), "credential_valid": lambda: user_of_token(token) is not None}
        return await self.inner({**scope, **more}, receive, send)
