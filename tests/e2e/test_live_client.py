"""The stream's client (static/js/live.js) in a real browser, before a server that the test plays itself."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Visit

# A socket that the test drives: it remembers where it was opened and what it was sent. Waiting times are drawn by the
# test as well: `random` gives 0, so that a reconnection follows at once.
PLAY = """
async (script) => {
  const { connect } = await import(document.baseURI.replace(/accounts.*/, "static/js/live.js"));
  const sockets = [], log = [];
  class Played {
    constructor(url) { this.url = String(url); this.sent = []; sockets.push(this); }
    send(text) { this.sent.push(text); }
    close() { this.closed = true; }
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
  let snapshots = 0;
  const stream = connect({
    stream: "/ws/meetings/42/",
    after: 10,
    Socket: Played,
    random: () => 0,
    onEvent: (event) => log.push(`${event.kind} ${event.seq}`),
    onState: (state) => log.push(`state ${state.kind}`),
    onHello: () => log.push("hello"),
    onGap: async () => { snapshots += 1; log.push(`snapshot ${snapshots}`); return 900; },
    onStatus: (name, code) => log.push(code ? `${name} ${code}` : name),
  });
  for (const [verb, value] of script) {
    await turn();
    const socket = sockets.at(-1);
    if (verb === "say") socket.onmessage({ data: JSON.stringify(value) });
    if (verb === "lose") socket.onclose({ code: value });
    if (verb === "browser") window.dispatchEvent(new Event(value));
    if (verb === "close") stream.close();
  }
  await turn();
  await turn();
  return { log, urls: sockets.map((one) => new URL(one.url).search), sent: sockets.flatMap((one) => one.sent),
           seq: stream.seq, dot: document.querySelector("[data-connection]")?.textContent ?? null,
           scheme: new URL(sockets[0].url).protocol + new URL(sockets[0].url).pathname };
}
"""


def event(seq: int, kind: str = "document.published") -> dict[str, object]:
    return {"type": "event", "seq": seq, "kind": kind, "at": "2031-12-01T08:00:00+07:00", "data": {}}


HELLO = {"type": "hello", "seq": 10, "now": "2031-12-01T08:00:00+07:00"}
Play = Callable[..., dict[str, object]]


@pytest.fixture
def play(as_user: Visit) -> Play:
    """Play a script of frames and losses before the client; answers what it did."""
    page: Page = as_user("secretary", language="en")
    page.goto("/accounts/password/change/")

    def run(*script: tuple[str, object]) -> dict[str, object]:
        return dict(page.evaluate(PLAY, json.loads(json.dumps(script))))

    return run


def test_it_asks_for_what_comes_after_the_page(play: Play) -> None:
    seen = play(("say", HELLO))
    assert (seen["scheme"], seen["urls"]) == ("ws:/ws/meetings/42/", ["?after=10"])
    assert (seen["log"], seen["dot"]) == (["live", "hello"], "Live")


def test_events_come_in_order_and_once(play: Play) -> None:
    seen = play(("say", HELLO), ("say", event(11)), ("say", event(11)), ("say", event(12)))
    assert seen["log"] == ["live", "hello", "document.published 11", "document.published 12"]
    assert (seen["seq"], len(list(seen["urls"]))) == (12, 1)  # type: ignore[call-overload]  # a list from the browser


def test_an_event_for_others_is_counted_but_not_told(play: Play) -> None:
    seen = play(("say", HELLO), ("say", {"type": "skip", "seq": 11}), ("say", event(12)))
    assert seen["log"] == ["live", "hello", "document.published 12"]


def test_a_hole_is_asked_for_again(play: Play) -> None:
    seen = play(("say", HELLO), ("say", event(11)), ("say", event(14)), ("say", HELLO), ("say", event(12)))
    assert seen["urls"] == ["?after=10", "?after=11"]
    expected = ["live", "hello", "document.published 11", "reconnecting", "live", "hello", "document.published 12"]
    assert seen["log"] == expected


def test_a_lost_line_comes_back_after_the_last_number(play: Play) -> None:
    seen = play(("say", HELLO), ("say", event(11)), ("lose", 1006), ("say", HELLO))
    assert seen["urls"] == ["?after=10", "?after=11"]
    assert seen["log"] == ["live", "hello", "document.published 11", "reconnecting", "live", "hello"]


def test_a_gap_takes_the_snapshot_and_goes_on_from_it(play: Play) -> None:
    seen = play(("say", HELLO), ("say", {"type": "gap", "seq": 899}), ("say", HELLO), ("say", event(901)))
    assert seen["urls"] == ["?after=10", "?after=900"]
    assert seen["log"] == ["live", "hello", "snapshot 1", "reconnecting", "live", "hello", "document.published 901"]


def test_a_ping_is_answered(play: Play) -> None:
    assert play(("say", HELLO), ("say", {"type": "ping"}))["sent"] == ['{"type":"pong"}']


def test_latest_states_have_no_number(play: Play) -> None:
    seen = play(("say", HELLO), ("say", {"type": "state", "kind": "page.followed", "data": {}}))
    assert (seen["log"], seen["seq"]) == (["live", "hello", "state page.followed"], 10)


@pytest.mark.parametrize("code", [4401, 4403, 4404])
def test_a_refusal_is_final(play: Play, code: int) -> None:
    seen = play(("say", HELLO), ("lose", code), ("browser", "online"))
    assert seen["log"] == ["live", "hello", f"ended {code}"]
    assert seen["urls"] == ["?after=10"]


def test_a_reader_that_was_too_slow_comes_back(play: Play) -> None:
    assert play(("say", HELLO), ("lose", 4408))["urls"] == ["?after=10", "?after=10"]


def test_the_dot_says_since_when_the_line_is_gone(play: Play) -> None:
    seen = play(("say", HELLO), ("browser", "offline"))
    assert str(seen["dot"])[: len("Offline since ")] == "Offline since "


def test_a_closed_stream_stays_closed(play: Play) -> None:
    seen = play(("say", HELLO), ("close", None), ("browser", "online"))
    assert seen["urls"] == ["?after=10"]


def test_waiting_grows_to_a_minute_and_is_drawn_by_lot(as_user: Visit) -> None:
    page = as_user(None)
    page.goto("/accounts/login/")
    waits = page.evaluate(
        """async () => {
          const { waitBefore } = await import("/static/js/live.js");
          return [0, 1, 2, 5, 6, 20].map((attempt) => [waitBefore(attempt, () => 0), waitBefore(attempt, () => 1)]);
        }"""
    )
    assert waits == [[0, 1000], [0, 2000], [0, 4000], [0, 32000], [0, 60000], [0, 60000]]
