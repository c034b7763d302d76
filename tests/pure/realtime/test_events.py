"""Events and their fold: what one event does to the state of a screen."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import events
from realtime.errors import DuplicateKind, UnknownKind
from realtime.events import Effect, Event, Operation, apply, event_class, jsonable, kinds

State = dict[str, dict[str, object]]
OPERATIONS: tuple[Operation, ...] = ("put", "drop", "put_all", "replace", "merge")


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds declared here are forgotten again."""
    monkeypatch.setattr(events, "_registry", {})


@pytest.fixture
def declared() -> None:
    for operation in OPERATIONS:
        declare(f"item.{operation}", (operation, "items"))


def declare(kind: str, effect: Effect) -> type[Event]:
    return dataclass(frozen=True, kw_only=True)(type("Declared", (Event,), {"kind": kind, "effect": effect}))


class Status(StrEnum):
    RUNNING = "running"


@dataclass(frozen=True, kw_only=True)
class Speaker:
    name: str
    seconds: int


def test_the_data_of_an_event_are_its_fields_as_json() -> None:
    @dataclass(frozen=True, kw_only=True)
    class ItemStarted(Event):
        kind = "agenda.item_started"
        effect = ("put", "items")
        id: int
        status: Status
        at: datetime
        day: date
        op: UUID
        share: Decimal
        speakers: tuple[Speaker, ...]
        titles: Mapping[str, str | None]

    event = ItemStarted(
        id=7,
        status=Status.RUNNING,
        at=datetime(2025, 5, 15, 8, 30, tzinfo=timezone(timedelta(hours=7))),
        day=date(2025, 5, 15),
        op=UUID(int=7),
        share=Decimal("95.90"),
        speakers=(Speaker(name="Vàng Mí Dính", seconds=300),),
        titles={"vi": "Báo cáo\x00", "en": None},
    )
    assert event.data() == {
        "id": 7,
        "status": "running",
        "at": "2025-05-15T08:30:00+07:00",
        "day": "2025-05-15",
        "op": "00000000-0000-0000-0000-000000000007",
        "share": "95.90",
        "speakers": [{"name": "Vàng Mí Dính", "seconds": 300}],
        "titles": {"vi": "Báo cáo\ufffd", "en": None},
    }


@pytest.mark.parametrize("value", [object(), b"x", {1, 2}])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        jsonable([value])


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), datetime(2025, 5, 15)])  # noqa: DTZ001 -- to be refused
def test_what_is_no_number_or_no_moment_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a JSON number|without a zone"):
        jsonable(value)


def test_every_kind_is_known_once() -> None:
    second = declare("item.second", ("put", "items"))
    first = declare("item.first", ("drop", "items"))
    assert list(kinds()) == [first, second]
    assert event_class("item.first") is first


def test_two_classes_of_one_kind_are_refused() -> None:
    declare("item.started", ("put", "items"))
    with pytest.raises(DuplicateKind):
        type("Another", (Event,), {"kind": "item.started", "effect": ("put", "items")})


def test_a_class_with_slots_counts_once() -> None:
    @dataclass(frozen=True, kw_only=True, slots=True)
    class Slotted(Event):
        kind = "item.slotted"
        effect = ("put", "items")
        id: int

    assert event_class("item.slotted") is Slotted
    assert Slotted(id=1).data() == {"id": 1}


def test_a_class_without_a_kind_is_abstract() -> None:
    class Family(Event):
        effect = ("put", "items")

    assert list(kinds()) == []
    assert declare("item.born", Family.effect).effect == ("put", "items")


@pytest.mark.parametrize(
    "kind", ["started", "Item.started", "item.", "item.started.now", "item started", "x." + "y" * 80]
)
def test_a_kind_is_a_noun_and_a_participle(kind: str) -> None:
    with pytest.raises(ValueError, match="not a kind"):
        declare(kind, ("put", "items"))


@pytest.mark.parametrize("effect", [("push", "items"), ("put", "")])
def test_an_effect_is_one_of_five(effect: Effect) -> None:
    with pytest.raises(ValueError, match="not an effect"):
        declare("item.started", effect)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownKind):
        apply({}, "item.unheard", {})


@pytest.mark.usefixtures("declared")
class TestFold:
    before: State = {"items": {"7": {"id": 7, "title": "A"}, "8": {"id": 8}}, "other": {"1": {"id": 1}}}

    @pytest.mark.parametrize(
        ("kind", "data", "items"),
        [
            ("item.put", {"id": 7, "title": "B"}, {"7": {"id": 7, "title": "B"}, "8": {"id": 8}}),
            ("item.put", {"id": 9}, {"7": {"id": 7, "title": "A"}, "8": {"id": 8}, "9": {"id": 9}}),
            ("item.drop", {"id": 7}, {"8": {"id": 8}}),
            ("item.drop", {"id": 9}, {"7": {"id": 7, "title": "A"}, "8": {"id": 8}}),
            ("item.put_all", {"rows": [{"id": 8, "x": 1}, {"id": 9}]}, {
                "7": {"id": 7, "title": "A"}, "8": {"id": 8, "x": 1}, "9": {"id": 9},
            }),
            ("item.put_all", {"rows": []}, {"7": {"id": 7, "title": "A"}, "8": {"id": 8}}),
            ("item.replace", {"rows": [{"id": 9}]}, {"9": {"id": 9}}),
            ("item.replace", {"rows": []}, {}),
            ("item.merge", {"8": None, "open": True}, {"7": {"id": 7, "title": "A"}, "8": None, "open": True}),
        ],
    )  # fmt: skip
    def test_the_effect(self, kind: str, data: dict[str, object], items: dict[str, object]) -> None:
        before = copy.deepcopy(self.before)
        assert apply(before, kind, data) == {"items": items, "other": {"1": {"id": 1}}}
        assert before == self.before

    def test_a_collection_begins_with_its_first_event(self) -> None:
        assert apply({}, "item.put", {"id": "X00715"}) == {"items": {"X00715": {"id": "X00715"}}}
        assert apply({}, "item.drop", {"id": 1}) == {"items": {}}
        assert apply({}, "item.merge", {"open": True}) == {"items": {"open": True}}


rows = st.fixed_dictionaries({"id": st.integers(1, 4), "title": st.sampled_from("AB")})
histories = st.lists(
    st.one_of(
        st.tuples(st.just("item.put"), rows),
        st.tuples(st.just("item.drop"), rows.map(lambda row: {"id": row["id"]})),
        st.tuples(st.just("item.put_all"), st.lists(rows, max_size=3).map(lambda some: {"rows": some})),
        st.tuples(st.just("item.replace"), st.lists(rows, max_size=3).map(lambda some: {"rows": some})),
    ),
    max_size=12,
)


def fold(state: Mapping[str, Mapping[str, object]], history: Iterator[tuple[str, Mapping[str, object]]]) -> object:
    for kind, data in history:
        state = apply(state, kind, data)
    return state


@given(history=histories, cut=st.integers(0, 12), repeated=st.integers(0, 12))
def test_a_fold_may_be_broken_off_stored_and_taken_up_anywhere(
    history: list[tuple[str, dict[str, object]]], cut: int, repeated: int
) -> None:
    for operation in OPERATIONS:
        declare(f"item.{operation}", (operation, "items"))
    whole = fold({"items": {}}, iter(history))
    middle = fold({"items": {}}, iter(history[:cut]))
    stored = json.loads(json.dumps(middle))
    assert fold(stored, iter(history[cut:])) == whole
    # A snapshot newer than its number: the events it already shows change nothing when folded again in order.
    assert fold(json.loads(json.dumps(whole)), iter(history[min(cut, repeated) :])) == whole


def test_times_of_the_log_have_an_offset() -> None:
    assert jsonable(datetime(2025, 5, 15, 1, 30, tzinfo=UTC)) == "2025-05-15T01:30:00+00:00"
