"""Who may open a socket from where."""

from typing import Any

import pytest
from channels.testing import ApplicationCommunicator
from pytest_django import Settings

from realtime.consumers import Receive, Scope
from realtime.origin import OriginCheck
from realtime.writers import Send

HOSTS = ["hop.hagiang.example", ".trong-mang.example", "127.0.0.1", "[::1]"]
Headers = list[tuple[bytes, bytes]]
PROGRAM = (b"authorization", b"Bearer secret")
COOKIE = (b"cookie", b"sessionid=1")


async def handshake(headers: Headers, **scope: Any) -> tuple[str, Headers]:
    """What the server answers first, and the headers that the application saw."""
    seen: Headers = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend(scope["headers"])
        await receive()
        await send({"type": "websocket.accept"})

    checked = OriginCheck(application, allowed_hosts=HOSTS)
    socket = ApplicationCommunicator(checked, {"type": "websocket", "headers": headers, **scope})
    await socket.send_input({"type": "websocket.connect"})
    answer: str = (await socket.receive_output(5))["type"]
    await socket.wait(5)
    return answer, seen


def from_page(origin: str, host: str = "hop.hagiang.example") -> Headers:
    return [(b"host", host.encode()), (b"origin", origin.encode()), COOKIE]


@pytest.mark.parametrize(
    "headers",
    [
        from_page("http://hop.hagiang.example"),
        from_page("https://hop.hagiang.example"),
        from_page("HTTPS://Hop.HaGiang.example"),
        from_page("https://hop.hagiang.example:443"),
        from_page("https://hop.hagiang.example", "hop.hagiang.example:443"),
        from_page("http://127.0.0.1:8000", "127.0.0.1:8000"),
        from_page("http://[::1]:8000", "[::1]:8000"),
        from_page("http://a.trong-mang.example", "a.trong-mang.example"),
    ],
)
async def test_a_page_of_this_site_is_let_in(headers: Headers) -> None:
    assert await handshake(headers) == ("websocket.accept", headers)


@pytest.mark.parametrize(
    "headers",
    [
        from_page("https://evil.example"),
        from_page("null"),
        from_page(""),
        [(b"host", b"hop.hagiang.example"), COOKIE],
        from_page("https://hop.hagiang.example.evil.example"),
        from_page("https://evil-hop.hagiang.example"),
        from_page("https://sub.hop.hagiang.example"),
        from_page("https://hop.hagiang.example:8443"),
        from_page("http://hop.hagiang.example:443"),
        from_page("https://hop.hagiang.example@evil.example"),
        from_page("https://evil.example#hop.hagiang.example"),
        from_page("https://hop.hagiang.example/"),
        from_page("https://hop.hagiang.example."),
        from_page("https://hop.hagiang.example:x"),
        from_page("https://hop.hagiang.example:99999"),
        from_page("ftp://hop.hagiang.example"),
        from_page("file://"),
        from_page("hop.hagiang.example"),
        from_page("https://evil.example", "evil.example"),
        [*from_page("https://hop.hagiang.example"), (b"origin", b"https://evil.example")],
        [*from_page("https://hop.hagiang.example"), (b"host", b"evil.example")],
        [*from_page("https://evil.example"), PROGRAM],
        [(b"host", b"hop.hagiang.example"), COOKIE, (b"authorization", b"Basic c2VjcmV0")],
        [(b"host", b"hop.hagiang.example"), COOKIE, (b"authorization", b"Bearer")],
        [(b"host", b"hop.hagiang.example"), COOKIE, PROGRAM, PROGRAM],
    ],
)
async def test_another_page_is_refused(headers: Headers) -> None:
    assert await handshake(headers) == ("websocket.close", [])


@pytest.mark.parametrize("origin", [[], [(b"origin", b"null")], [(b"origin", b"https://hop.hagiang.example")]])
async def test_a_program_is_let_in_and_its_cookies_are_not_looked_at(origin: Headers) -> None:
    host = (b"host", b"hop.hagiang.example")
    assert await handshake([host, *origin, COOKIE, PROGRAM]) == ("websocket.accept", [host, *origin, PROGRAM])


@pytest.mark.parametrize("secured", [{"scheme": "wss"}, {"header": "https"}, {"header": "https, http"}])
async def test_behind_tls_only_a_secure_page_is_let_in(settings: Settings, secured: dict[str, str]) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    scope = {"scheme": secured.get("scheme", "ws")}
    proxy = [(b"x-forwarded-proto", secured["header"].encode())] if "header" in secured else []
    assert (await handshake(from_page("https://hop.hagiang.example") + proxy, **scope))[0] == "websocket.accept"
    assert (await handshake(from_page("http://hop.hagiang.example") + proxy, **scope))[0] == "websocket.close"


async def test_a_header_that_no_proxy_is_trusted_for_means_nothing(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    headers = [*from_page("http://hop.hagiang.example"), (b"x-forwarded-proto", b"https")]
    assert (await handshake(headers))[0] == "websocket.accept"


async def test_an_origin_that_is_trusted_by_name_is_let_in(settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://cong.hagiang.example:8443"]
    assert (await handshake(from_page("https://cong.hagiang.example:8443")))[0] == "websocket.accept"
    assert (await handshake(from_page("https://cong.hagiang.example")))[0] == "websocket.close"
