"""static/js/tablet/state.js folds events as realtime/events.py does: the same histories, the same states."""

import json
import random
from typing import Any

import pytest

from meetings.live.snapshot import effects
from realtime.events import apply
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)

FOLD = """
async ([address, effects, histories]) => {
  const { apply } = await import(address);
  return histories.map(([state, events]) => events.reduce((before, event) => apply(before, effects, event), state));
}
"""
LENGTH = 30


def _row(chance: random.Random) -> dict[str, Any]:
    return {"id": chance.choice([1, 2, 3, "X00715", "10"]), "title": chance.choice(["Khai mạc", "", None])}


def _event(chance: random.Random) -> dict[str, Any]:
    """An event of any kind on a meeting's stream, its data of the form that its effect asks for."""
    kind, (operation, _collection) = chance.choice(list(effects().items()))
    rows = {str(row["id"]): row for row in (_row(chance) for _ in range(chance.randint(0, 3)))}
    if operation in {"put_all", "replace"}:
        return {"kind": kind, "data": {"rows": list(rows.values()), "item": 7}}
    return {"kind": kind, "data": _row(chance)}


def test_the_browser_folds_events_as_the_server_does(as_user: Visit) -> None:
    page = as_user("delegate")
    page.goto("/tablet/")
    chance = random.Random(7)  # noqa: S311 -- histories to compare, no secret
    start: dict[str, Any] = {collection: {} for _operation, collection in effects().values()}
    histories = [[_event(chance) for _ in range(LENGTH)] for _ in range(200)]
    expected = []
    for events in histories:
        state = start
        for event in events:
            state = dict(apply(state, event["kind"], event["data"]))
        expected.append(state)
    folded = page.evaluate(FOLD, ["/static/js/tablet/state.js", effects(), [[start, events] for events in histories]])
    assert folded == json.loads(json.dumps(expected))
    assert len({json.dumps(state, sort_keys=True) for state in expected}) > 150


def test_a_kind_that_the_page_does_not_know_changes_nothing(as_user: Visit) -> None:
    page = as_user("delegate")
    page.goto("/tablet/")
    state = {"agenda": {"1": {"id": 1}}}
    events = [{"kind": "motion.opened", "data": {"id": 4}}, {"kind": "document.withdrawn", "data": {"id": 1}}]
    assert page.evaluate(FOLD, ["/static/js/tablet/state.js", effects(), [[state, events]]]) == [state]
