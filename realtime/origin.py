"""Who may open a socket from where: a browser only from a page of this site, a program only with its token.

A browser sends the cookies of this site with a socket that any page opens, so the page's origin decides (there is no
CSRF token on a handshake). A program sends no Origin; it must authenticate by ``Authorization: Bearer``, which no
page can make a browser send, and then no cookie is looked at.
"""

from collections.abc import Awaitable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from realtime.consumers import Application, Receive, Scope
from realtime.writers import Send

_DEFAULT_PORTS = {"http": 80, "https": 443}


class OriginCheck:
    """ASGI middleware around everything that reads cookies; refuses the handshake with 403.

    ``allowed_hosts`` is in the form of ALLOWED_HOSTS. An origin is allowed when it is the very host and port that the
    handshake was sent to, and that host is in the list; https when the handshake is secure. Further origins, in full
    ("https://hop.example.vn:8443"), are those of CSRF_TRUSTED_ORIGINS. A proxy must pass Host on with its port.
    """

    _asgi_single_callable = True
    """For asgiref, which sees that __call__ is no coroutine: it only returns one, so that no frame stays for it."""

    def __init__(self, application: Application, *, allowed_hosts: Sequence[str]) -> None:
        self.application = application
        self.allowed_hosts = list(allowed_hosts)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        headers = Headers(scope["headers"])
        origins = headers.all(b"origin")
        is_program = headers.one(b"authorization").lower().startswith("bearer ")
        if is_program:
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"cookie"]}
        if self._allows(origins, headers, scope) or (is_program and origins in ([], ["null"])):
            return self.application(scope, receive, send)
        return _refuse(receive, send)

    def _allows(self, origins: list[str], headers: "Headers", scope: Scope) -> bool:
        if len(origins) != 1:
            return False
        origin = origins[0].lower()
        if origin in settings.CSRF_TRUSTED_ORIGINS:
            return True
        theirs = _address(origin)
        ours = _address(f"{theirs[0]}://{headers.one(b'host').lower()}") if theirs else None
        if theirs is None or ours is None or theirs != ours:
            return False
        if _is_secure(scope, headers) and theirs[0] != "https":
            return False
        return bool(validate_host(theirs[1], self.allowed_hosts))


async def _refuse(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close"})


class Headers:
    """The headers of a handshake; names in lower case, as ASGI gives them."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._pairs = [(bytes(name).lower(), bytes(value).decode("latin-1")) for name, value in pairs]

    def all(self, name: bytes) -> list[str]:
        return [value for key, value in self._pairs if key == name]

    def one(self, name: bytes) -> str:
        """The value of a header; "" when it is missing or given more than once."""
        values = self.all(name)
        return values[0] if len(values) == 1 else ""


def _address(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin; None when it is not one, for instance because it has a path."""
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    plain = f"[{host}]" if ":" in host else host
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if origin not in (f"{parts.scheme}://{plain}", f"{parts.scheme}://{plain}:{port}"):
        return None
    return parts.scheme, plain, port


def _is_secure(scope: Scope, headers: Headers) -> bool:
    if scope.get("scheme") == "wss":
        return True
    trusted: Any = settings.SECURE_PROXY_SSL_HEADER
    if not trusted:
        return False
    name, value = trusted
    header = name.removeprefix("HTTP_").replace("_", "-").lower().encode("latin-1")
    return headers.one(header).split(",", 1)[0].strip() == str(value)
