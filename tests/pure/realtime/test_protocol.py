"""Frames, as texts and as bytes."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions import Extension
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from realtime import protocol
from realtime.protocol import Burst, Client, Received

AT = datetime(2025, 5, 15, 8, 30, tzinfo=timezone(timedelta(hours=7)))
UTC_AT = "2025-05-15T01:30:00.000000+00:00"
NO_EXTENSIONS: list[Extension] = []


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (protocol.hello(417, AT), {"type": "hello", "seq": 417, "now": UTC_AT}),
        (
            protocol.event(418, "document.published", AT, {"id": 7, "title": "Tờ trình"}),
            {
                "type": "event",
                "seq": 418,
                "kind": "document.published",
                "at": UTC_AT,
                "data": {"id": 7, "title": "Tờ trình"},
            },
        ),
        (protocol.skip(419), {"type": "skip", "seq": 419}),
        (
            protocol.state("page.followed", {"page": 3}),
            {"type": "state", "kind": "page.followed", "data": {"page": 3}},
        ),
        (protocol.gap(900), {"type": "gap", "seq": 900}),
        (protocol.ping(), {"type": "ping"}),
        (protocol.pong(), {"type": "pong"}),
    ],
)
def test_a_frame_says(frame: protocol.Frame, message: dict[str, object]) -> None:
    assert json.loads(frame.text) == message


def test_vietnamese_is_sent_as_it_is() -> None:
    assert protocol.state("page.followed", {"title": "Đồng Văn"}).text == (
        '{"type":"state","kind":"page.followed","data":{"title":"Đồng Văn"}}'
    )


def read_frames(wire: bytes) -> list[Frame]:
    """What a client of another make reads from the bytes of a server."""
    reader = StreamReader()
    reader.feed_data(wire)
    reader.feed_eof()
    frames = []
    while reader.buffer:
        parsing = Frame.parse(reader.read_exact, mask=False, extensions=NO_EXTENSIONS)
        with pytest.raises(StopIteration) as parsed:
            next(parsing)
        frames.append(parsed.value.value)
    return frames


@given(st.lists(st.text(max_size=400).filter(lambda text: text.isprintable()), max_size=4))
def test_another_implementation_reads_the_bytes(texts: list[str]) -> None:
    burst = Burst(protocol.Frame(text) for text in texts)
    assert [(frame.opcode, frame.fin, bytes(frame.data).decode()) for frame in read_frames(burst.wire)] == [
        (Opcode.TEXT, True, text) for text in texts
    ]


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 200_000])
def test_every_length_of_a_frame_is_read(length: int) -> None:
    assert [bytes(frame.data) for frame in read_frames(protocol.wire("x" * length))] == [b"x" * length]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('{"type":"pong"}', Client.PONG),
        ('{"type":"ping","x":1}', Client.PING),
        ('{"type":"subscribe"}', Client.OTHER),
        ('{"type":7}', Client.MALFORMED),
        ("{}", Client.MALFORMED),
        ("[]", Client.MALFORMED),
        ("pong", Client.MALFORMED),
        ("", Client.MALFORMED),
        ("[" * 4096, Client.MALFORMED),
        ('{"type":"pong","x":"' + "x" * 4096 + '"}', Client.MALFORMED),
    ],
)
def test_what_a_client_means(text: str, meant: Client) -> None:
    assert protocol.client_frame(text) is meant


@given(st.text(max_size=200))
def test_no_text_of_a_client_makes_an_error(text: str) -> None:
    assert isinstance(protocol.client_frame(text), Client | Received)


@given(st.integers(0, 10**18))
def test_a_tablet_says_up_to_which_number_it_has_everything(seq: int) -> None:
    assert protocol.client_frame(f'{{"type": "received", "seq": {seq}}}') == Received(seq)


@pytest.mark.parametrize("seq", ["-1", "1.0", "true", "null", '"1"', "[1]", "1000000000000000001", "9" * 4000, "NaN"])
def test_what_is_no_number_is_malformed(seq: str) -> None:
    assert protocol.client_frame(f'{{"type": "received", "seq": {seq}}}') is Client.MALFORMED


@pytest.mark.parametrize(
    ("query", "after"),
    [
        (b"", None),
        (b"other=1", None),
        (b"after=0", 0),
        (b"after=417", 417),
        (b"after=1&after=2", 2),
        (b"after=", -1),
        (b"after=-1", -1),
        (b"after=1.5", -1),
        (b"after=x", -1),
        (b"after=%D9%A3", -1),
        (b"after=" + b"9" * 400, -1),
        (b"\xff\xfe", None),
    ],
)
def test_after_which_number_a_client_goes_on(query: bytes, after: int | None) -> None:
    assert protocol.after(query) == after
