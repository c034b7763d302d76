"""The stream's client (static/js/lib/stream.js) in a real browser, before a server that the test plays itself."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from playwright.sync_api import Browser, Page

WORLD = (Path(__file__).parent / "stream_world.js").read_text(encoding="utf-8")
SEEDS = 300
LOG = "/api/v1/meetings/42/events?after="
PING = '{"type":"ping"}'
PONG = '{"type":"pong"}'

Step = tuple[str, object]
Seen = dict[str, Any]
Play = Callable[..., Seen]
HELLO: Step = ("hello", 10)
LOSE: Step = ("lose", 1006)
# A wait of nothing, then as many attempts as make the client read the log; each is refused at once.
BLOCKED: tuple[Step, ...] = (LOSE, LOSE, LOSE)


def event(seq: int) -> dict[str, object]:
    return {"type": "event", "seq": seq, "kind": "told", "at": "2031-12-01T08:00:00+07:00", "data": {}}


def say(seq: int) -> Step:
    return "say", event(seq)


def answered(seq: int, *events: int) -> Step:
    """What the log answers from now on."""
    return "server", {"status": 200, "body": {"seq": seq, "results": [event(one) for one in events]}}


@pytest.fixture(scope="module")
def page(browser: Browser, server: str) -> Iterator[Page]:
    """One page for all scripts: it only lends its window. Its dot has the words of the real one."""
    page = browser.new_page(base_url=server)
    page.goto("/accounts/login/")
    with override("en"):
        words = render_to_string("parts/_connection.html")
    page.evaluate("(dot) => document.body.insertAdjacentHTML('beforeend', dot)", words)
    yield page
    page.close()


@pytest.fixture
def play(page: Page) -> Play:
    """Play a script before the client; answers what it did. Waiting times are drawn as `luck`: 0 is at once."""

    def run(*steps: Step, receipts: bool = False, luck: float = 0) -> Seen:
        scene = json.loads(json.dumps({"steps": steps, "receipts": receipts, "luck": luck}))
        return dict(page.evaluate(f"async (scene) => {{ {WORLD}\nreturn script(scene); }}", scene))

    return run


# --- one event once, in order -----------------------------------------------------------------------------------------


def test_it_asks_for_what_comes_after_the_page(play: Play) -> None:
    seen = play(HELLO)
    assert (seen["address"], seen["urls"]) == ("ws:/ws/meetings/42/", ["?after=10"])
    assert (seen["log"], seen["dot"]) == (["live"], "Live")


def test_events_come_in_order_and_once(play: Play) -> None:
    seen = play(HELLO, say(11), say(11), say(12))
    assert seen["log"] == ["live", "told 11", "told 12"]
    assert (seen["seq"], len(seen["urls"])) == (12, 1)


def test_an_event_for_others_is_counted_but_not_told(play: Play) -> None:
    assert play(HELLO, ("say", {"type": "skip", "seq": 11}), say(12))["log"] == ["live", "told 12"]


def test_a_hole_is_asked_for_again(play: Play) -> None:
    seen = play(HELLO, say(11), say(14), ("old", event(12)), ("loseOld", 1006), HELLO, say(12))
    assert seen["urls"] == ["?after=10", "?after=11"]
    assert seen["log"] == ["live", "told 11", "reconnecting", "live", "told 12"]


def test_the_next_event_waits_for_the_one_before(play: Play) -> None:
    seen = play(HELLO, ("hold", None), say(11), say(12), ("note", "drawn"), ("release", None))
    assert seen["log"] == ["live", "told 11", "drawn", "told 12"]


def test_latest_states_have_no_number(play: Play) -> None:
    seen = play(HELLO, ("say", {"type": "state", "kind": "page.followed", "data": {}}))
    assert (seen["log"], seen["seq"]) == (["live", "state page.followed"], 10)


def test_a_ping_is_answered_even_while_an_event_is_handled(play: Play) -> None:
    assert play(HELLO, ("hold", None), say(11), ("say", {"type": "ping"}))["sent"] == [[PONG]]


# --- gaps -------------------------------------------------------------------------------------------------------------

GAP: Step = ("say", {"type": "gap", "seq": 899})


def test_a_gap_takes_the_snapshot_and_loses_nothing_that_comes_meanwhile(play: Play) -> None:
    seen = play(HELLO, ("hold", None), GAP, say(900), say(901), ("note", "taken"), ("release", None))
    assert seen["log"] == ["live", "gap 899", "taken", "told 901"]
    assert (seen["urls"], seen["seq"]) == (["?after=10"], 901)


def test_what_came_behind_a_hole_is_no_second_failure(play: Play) -> None:
    behind: tuple[Step, ...] = (("hold", None), say(11), say(13), say(15), say(17), say(19), ("release", None))
    seen = play(answered(10), HELLO, *behind, LOSE, LOSE)
    assert (seen["urls"], seen["asked"]) == (["?after=10", "?after=11", "?after=11", "?after=11"], [])


def test_a_snapshot_older_than_the_gap_is_made_up_for(play: Play) -> None:
    seen = play(HELLO, ("snapshot", {"seq": 898}), GAP, say(900))
    assert seen["urls"] == ["?after=10", "?after=898"]


def test_a_snapshot_that_did_not_come_is_taken_at_the_next_connection(play: Play) -> None:
    seen = play(HELLO, ("snapshot", {"fails": True}), ("say", {"type": "gap", "seq": 10}), ("hello", 12))
    assert seen["log"] == ["live", "gap 10", "reconnecting", "live", "gap 12"]


def test_a_snapshot_that_did_not_come_is_taken_with_the_log_as_well(play: Play) -> None:
    seen = play(HELLO, ("snapshot", {"fails": True}), ("say", {"type": "gap", "seq": 10}), answered(12, 12), *BLOCKED)
    assert seen["log"] == ["live", "gap 10", "reconnecting", "gap 12", "polling"]


# --- coming back ------------------------------------------------------------------------------------------------------


def test_a_lost_line_comes_back_after_the_last_number(play: Play) -> None:
    seen = play(HELLO, say(11), LOSE, HELLO)
    assert seen["urls"] == ["?after=10", "?after=11"]
    assert seen["log"] == ["live", "told 11", "reconnecting", "live"]


def test_a_reader_that_was_too_slow_comes_back(play: Play) -> None:
    assert play(HELLO, ("lose", 4408))["urls"] == ["?after=10", "?after=10"]


@pytest.mark.parametrize("code", [4401, 4403, 4404])
def test_a_refusal_is_final(play: Play, code: int) -> None:
    seen = play(HELLO, ("lose", code), ("browser", "online"), ("wait", 100_000))
    assert (seen["log"], seen["left"]) == (["live", f"ended {code}"], 0)
    assert seen["urls"] == ["?after=10"]


def waits(seen: Seen) -> list[int]:
    """Seconds between the openings of sockets; what passes between two steps is left out."""
    opened = [round(moment / 1000) for moment in seen["opened"]]
    return [later - earlier for earlier, later in itertools.pairwise(opened)]


def test_a_page_that_cannot_connect_waits_longer_each_time(play: Play) -> None:
    longer = [1, 2, 4, 8, 16, 32, 60, 60]
    trying: list[Step] = [step for seconds in longer for step in (LOSE, ("wait", seconds * 1000))]
    assert waits(play(*trying, luck=1)) == longer


def test_a_line_dropped_for_all_is_waited_out_by_lot_up_to_a_minute(play: Play) -> None:
    seen = play(HELLO, ("wait", 20_000), LOSE, ("wait", 15_000), LOSE, ("wait", 30_000), LOSE, ("wait", 60_000), luck=1)
    assert waits(seen) == [35, 30, 60]


def test_a_line_that_keeps_breaking_is_asked_less_and_less(play: Play) -> None:
    seen = play(HELLO, LOSE, ("wait", 15_000), HELLO, LOSE, ("wait", 30_000), HELLO, LOSE, ("wait", 60_000), luck=1)
    assert waits(seen) == [15, 30, 60]


def test_a_hole_is_asked_for_soon_and_a_failed_snapshot_by_lot(play: Play) -> None:
    steady: tuple[Step, ...] = (HELLO, ("wait", 20_000))
    assert waits(play(*steady, say(13), ("wait", 15_000), luck=1)) == [21]
    failed: tuple[Step, ...] = (("snapshot", {"fails": True}), GAP)
    assert waits(play(*steady, *failed, ("wait", 15_000), luck=1)) == [35]


@pytest.mark.parametrize(
    "came", [("browser", "online"), ("browser", "visibilitychange"), ("network", "cellular"), ("restored", True)]
)
def test_a_browser_that_was_away_looks_at_once(play: Play, came: Step) -> None:
    seen = play(HELLO, ("wait", 20_000), LOSE, ("wait", 2_000), came, ("wait", 1_000), luck=1)
    assert waits(seen) == [23]


def test_another_estimate_of_the_same_network_changes_nothing(play: Play) -> None:
    seen = play(HELLO, ("wait", 20_000), LOSE, ("network", "wifi"), ("wait", 10_000), luck=1)
    assert len(seen["urls"]) == 1


def test_a_line_that_is_silent_for_two_and_a_half_pings_is_dead(play: Play) -> None:
    seen = play(HELLO, ("wait", 49_000), ("note", "waiting"), ("wait", 6_000))
    assert (seen["log"], seen["hung"]) == (["live", "waiting", "reconnecting"], [True, False])


def test_a_line_that_never_says_hello_is_dead(play: Play) -> None:
    assert play(("wait", 21_000))["hung"] == [True, False]


def test_on_another_network_a_line_that_does_not_answer_is_dead(play: Play) -> None:
    seen = play(HELLO, ("network", "cellular"), ("wait", 11_000))
    assert (seen["sent"], seen["hung"]) == ([[PING], []], [True, False])


def test_on_another_network_a_line_that_answers_stays(play: Play) -> None:
    seen = play(HELLO, ("network", "cellular"), ("say", {"type": "pong"}), ("wait", 11_000))
    assert (seen["hung"], seen["log"]) == ([False], ["live"])


@pytest.mark.parametrize("noticed", [("browser", "visibilitychange"), ("wait", 7_000)])
def test_after_sleep_the_line_is_another_one_though_it_says_that_it_is_open(play: Play, noticed: Step) -> None:
    seen = play(HELLO, ("sleep", 600_000), noticed, HELLO)
    assert (seen["hung"], seen["right"]) == ([True, False], True)


def test_the_clock_is_the_servers_whatever_the_device_shows(play: Play) -> None:
    assert play(HELLO, ("wait", 20_000))["right"]


def test_the_dot_says_since_when_by_the_servers_clock(play: Play) -> None:
    seen = play(HELLO, ("wait", 40_000), ("say", {"type": "ping"}), ("wait", 40_000), ("browser", "offline"))
    assert (seen["dot"], seen["log"]) == ("Offline since 08:01", ["live", "offline"])


def test_a_line_that_was_never_lost_is_live_again_when_it_speaks(play: Play) -> None:
    seen = play(HELLO, ("browser", "offline"), ("browser", "online"), ("say", {"type": "pong"}))
    assert (seen["log"], seen["urls"]) == (["live", "offline", "live"], ["?after=10"])


def test_a_closed_stream_leaves_nothing_behind(play: Play) -> None:
    after: tuple[Step, ...] = (("browser", "online"), ("network", "cellular"), ("sleep", 600_000), ("wait", 100_000))
    for before in ((), (HELLO, say(11)), (HELLO, LOSE), (*BLOCKED, ("wait", 5_000))):
        seen = play(*before, ("note", "closed"), ("close", None), receipts=True)
        assert (seen["left"], seen["dot"]) == (0, "")
        assert play(*before, ("note", "closed"), ("close", None), *after, receipts=True)["log"][-1] == "closed"


def test_an_answer_to_a_closed_stream_starts_nothing_anew(play: Play) -> None:
    seen = play(answered(11, 11), ("hold", None), *BLOCKED, ("note", "closed"), ("close", None), ("release", None))
    assert (seen["left"], seen["log"]) == (0, ["reconnecting", "closed"])


def test_what_waits_when_the_stream_is_closed_is_told_no_more(play: Play) -> None:
    seen = play(HELLO, ("hold", None), say(11), say(12), ("close", None), ("release", None))
    assert seen["log"] == ["live", "told 11"]


def test_a_dot_of_several_streams_shows_the_worst(page: Page) -> None:
    said = page.evaluate(
        """async () => {
          const { line } = await import("/static/js/dot.js");
          const dot = document.querySelector("[data-connection]");
          const [one, other] = [line(), line()];
          const said = [];
          for (const act of [() => one.show("live"), () => other.show("polling"), () => other.show("live"),
                             () => other.show("reconnecting"), () => other.gone(), () => one.gone()]) {
            act();
            said.push(dot.textContent);
          }
          return said;
        }"""
    )
    assert said == ["Live", "Updates every 5 s", "Live", "Reconnecting", "Live", ""]


# --- proxies that let no socket through -------------------------------------------------------------------------------


def test_after_three_attempts_the_log_is_read_every_five_seconds(play: Play) -> None:
    failing = (LOSE, ("wait", 500), LOSE, ("wait", 1_000), LOSE)
    seen = play(answered(11, 11), *failing, ("note", "polled"), answered(13, 13), ("wait", 12_000), luck=0.5)
    assert seen["log"] == ["reconnecting", "told 11", "polling", "polled", "told 13"]
    assert seen["asked"] == [f"{LOG}10", f"{LOG}11", f"{LOG}13"]
    assert seen["dot"] == "Updates every 5 s"


def test_a_socket_that_opens_makes_the_page_live_again(play: Play) -> None:
    seen = play(answered(10), *BLOCKED, ("hello", 10), say(11), ("wait", 30_000), ("say", {"type": "ping"}))
    assert seen["log"] == ["reconnecting", "polling", "live", "told 11"]
    assert seen["asked"] == [f"{LOG}10"]


def test_a_log_too_old_takes_the_snapshot(play: Play) -> None:
    gone: Step = ("server", {"status": 410, "body": {"code": "gone", "params": {"seq": 900}}})
    seen = play(gone, *BLOCKED, answered(901, 901), ("wait", 6_000))
    assert seen["log"] == ["reconnecting", "gap 900", "polling", "told 901"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_log_that_is_refused_is_the_end(play: Play, status: int) -> None:
    refusal: Step = ("server", {"status": status, "body": {"code": "refused", "message": "", "params": {}}})
    seen = play(refusal, *BLOCKED, ("wait", 100_000))
    assert (seen["log"], seen["left"]) == (["reconnecting", f"ended {4000 + status}"], 0)


@pytest.mark.parametrize("status", [401, 403, 404, 410, 502])
def test_what_a_proxy_answers_in_the_servers_place_ends_nothing(play: Play, status: int) -> None:
    seen = play(("server", {"status": status}), *BLOCKED, answered(11, 11), ("wait", 10_000))
    assert seen["log"] == ["reconnecting", "offline", "told 11", "polling"]


def test_a_server_that_can_be_reached_again_is_connected_to_within_a_quarter_of_a_minute(play: Play) -> None:
    down = [step for seconds in (1, 2, 4, 8, 16) for step in (LOSE, ("wait", seconds * 1000))]
    seen = play(*down, LOSE, answered(10), ("wait", 40_000), luck=1)
    assert seen["log"] == ["reconnecting", "offline", "polling"]
    # 8 s until the log is asked again, then 15; the wait of 32 s that had begun is not waited out.
    assert waits(seen) == [1, 2, 4, 8, 16, 23]


def test_a_log_that_is_read_shows_the_loss_of_the_line_at_once(play: Play) -> None:
    seen = play(answered(10), *BLOCKED, ("server", None), ("browser", "offline"))
    assert seen["log"] == ["reconnecting", "polling", "offline"]


def test_a_browser_that_was_away_asks_the_log_at_once(play: Play) -> None:
    seen = play(*BLOCKED, ("wait", 120_000), LOSE, answered(11, 11), ("browser", "online"))
    assert seen["log"] == ["reconnecting", "offline", "told 11", "polling"]


def test_a_server_that_answers_nothing_is_asked_less_and_less(play: Play) -> None:
    seen = play(*BLOCKED, ("wait", 120_000))
    assert seen["log"] == ["reconnecting", "offline"]
    assert re.fullmatch("Offline since .*", str(seen["dot"]))
    assert 4 <= len(seen["asked"]) <= 6


# --- receipts ---------------------------------------------------------------------------------------------------------


def received(seq: int) -> str:
    return f'{{"type":"received","seq":{seq}}}'


def test_what_was_handled_is_acknowledged_at_most_once_a_second(play: Play) -> None:
    seen = play(HELLO, *(say(seq) for seq in range(11, 31)), ("note", "told"), ("wait", 3_000), receipts=True)
    assert seen["sent"] == [[received(10), received(30)]]


def test_what_is_still_being_handled_is_not_acknowledged(play: Play) -> None:
    seen = play(HELLO, ("wait", 1_000), ("hold", None), say(11), ("wait", 5_000), receipts=True)
    assert seen["sent"] == [[received(10)]]


def test_each_connection_begins_with_a_receipt(play: Play) -> None:
    assert play(HELLO, LOSE, HELLO, ("wait", 1_000), receipts=True)["sent"] == [[received(10)], [received(10)]]


def test_a_page_that_was_not_asked_to_acknowledges_nothing(play: Play) -> None:
    assert play(HELLO, say(11), ("wait", 3_000))["sent"] == [[]]


# --- any weather ------------------------------------------------------------------------------------------------------


def test_in_any_weather_each_event_is_handled_once_and_in_order(page: Page) -> None:
    played = f"""async (seeds) => {{ {WORLD}
      const found = [];
      for (let seed = 1; seed <= seeds; seed += 1) found.push(await weather(seed));
      return found; }}"""
    found = page.evaluate(played, SEEDS)
    assert {seed: one["wrong"] for seed, one in enumerate(found, start=1) if one["wrong"]} == {}
    met = {kind: sum(bool(one["seen"][kind]) for one in found) for kind in found[0]["seen"]}
    assert min(met.values()) > SEEDS / 10, met
