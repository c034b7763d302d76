"""The hash chain: whatever is done to a thousand entries shows, and at the right number."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.chain import START, Broken, Fault, Head, Record, canonical, entry_hash, normalised, utc_text, verify

LENGTH = 1000
MORNING = datetime(2025, 5, 15, 8, 30, tzinfo=timezone(timedelta(hours=7)))


def make_chain(length: int) -> list[Record]:
    entries: list[Record] = []
    previous = START
    for seq in range(1, length + 1):
        unsealed = Record(
            chain="meeting:42",
            seq=seq,
            at=MORNING + timedelta(seconds=seq),
            actor_id=seq % 5 or None,
            actor_name="Hoàng Thị Bích",
            verb="agenda.item_started",
            object_type="item",
            object_id=str(seq),
            object_label=f"Nội dung {seq}",
            data={"minutes": seq, "before": {"status": "waiting"}},
            request_id="",
            prev_hash=previous,
        )
        entries.append(replace(unsealed, hash=entry_hash(unsealed)))
        previous = entries[-1].hash
    return entries


CHAIN = make_chain(LENGTH)
HEAD = Head(LENGTH, CHAIN[-1].hash)
OTHER: dict[str, Callable[[Record], Record]] = {
    "chain": lambda entry: replace(entry, chain="meeting:43"),
    "at": lambda entry: replace(entry, at=entry.at + timedelta(microseconds=1)),
    "actor_id": lambda entry: replace(entry, actor_id=99),
    "actor_name": lambda entry: replace(entry, actor_name=entry.actor_name + " "),
    "verb": lambda entry: replace(entry, verb="agenda.item_finished"),
    "object_type": lambda entry: replace(entry, object_type="document"),
    "object_id": lambda entry: replace(entry, object_id="0" + entry.object_id),
    "object_label": lambda entry: replace(entry, object_label=""),
    "data": lambda entry: replace(entry, data={**entry.data, "minutes": True}),
    "request_id": lambda entry: replace(entry, request_id="a"),
    "prev_hash": lambda entry: replace(entry, prev_hash=START[:-1] + "1"),
    "hash": lambda entry: replace(entry, hash=START),
}
positions = st.integers(0, LENGTH - 1)


def test_an_untouched_chain_holds() -> None:
    assert verify(CHAIN, HEAD) is None


def test_every_field_can_be_altered_in_the_test_below() -> None:
    assert {*OTHER, "seq"} == {field.name for field in fields(Record)}


@given(position=positions, field=st.sampled_from(sorted(OTHER)))
def test_one_altered_field_is_found_at_its_number(position: int, field: str) -> None:
    entry = CHAIN[position]
    altered = [*CHAIN]
    altered[position] = OTHER[field](entry)
    # Another name in the first entry makes the second the odd one out, but its hash tells already.
    fault = {"prev_hash": Fault.UNLINKED, "chain": Fault.MISPLACED if position else Fault.ALTERED}
    assert verify(altered, HEAD) == Broken(entry.seq, fault.get(field, Fault.ALTERED))


@given(position=positions, number=st.integers(0, 2 * LENGTH))
def test_another_number_is_found_at_the_lower_of_the_two(position: int, number: int) -> None:
    right = CHAIN[position].seq
    altered = [*CHAIN]
    altered[position] = replace(CHAIN[position], seq=number)
    assert verify(altered, HEAD) == (None if number == right else Broken(min(number, right), Fault.OUT_OF_SEQUENCE))


@given(position=positions)
def test_an_altered_entry_with_a_new_hash_is_found_at_the_next_number(position: int) -> None:
    forged = replace(CHAIN[position], verb="agenda.item_removed")
    altered = [*CHAIN]
    altered[position] = replace(forged, hash=entry_hash(forged))
    expected = Broken(LENGTH, Fault.ALTERED) if position == LENGTH - 1 else Broken(position + 2, Fault.UNLINKED)
    assert verify(altered, HEAD) == expected


@given(position=positions)
def test_a_removed_entry_is_found_at_its_number(position: int) -> None:
    rest = CHAIN[:position] + CHAIN[position + 1 :]
    fault = Fault.TRUNCATED if position == LENGTH - 1 else Fault.OUT_OF_SEQUENCE
    assert verify(rest, HEAD) == Broken(position + 1, fault)


@given(position=st.integers(0, LENGTH - 2))
def test_a_removed_entry_is_found_although_the_rest_was_numbered_again(position: int) -> None:
    rest = CHAIN[:position] + [replace(entry, seq=entry.seq - 1) for entry in CHAIN[position + 1 :]]
    assert verify(rest, HEAD) == Broken(position + 1, Fault.UNLINKED)


@given(st.lists(positions, min_size=2, max_size=2, unique=True).map(sorted))
def test_two_swapped_entries_are_found_at_the_first(pair: list[int]) -> None:
    first, second = pair
    swapped = [*CHAIN]
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert verify(swapped, HEAD) == Broken(first + 1, Fault.OUT_OF_SEQUENCE)


@given(st.lists(positions, min_size=2, max_size=2, unique=True).map(sorted))
def test_two_entries_that_changed_contents_are_found_at_the_first(pair: list[int]) -> None:
    first, second = pair
    swapped = [*CHAIN]
    swapped[first] = replace(CHAIN[second], seq=CHAIN[first].seq)
    swapped[second] = replace(CHAIN[first], seq=CHAIN[second].seq)
    assert verify(swapped, HEAD) == Broken(first + 1, Fault.UNLINKED)


@given(position=positions)
def test_a_doubled_entry_is_found(position: int) -> None:
    doubled = [*CHAIN[: position + 1], CHAIN[position], *CHAIN[position + 1 :]]
    assert verify(doubled, HEAD) == Broken(position + 1, Fault.OUT_OF_SEQUENCE)


def test_an_entry_beyond_the_written_head_is_found() -> None:
    assert verify(CHAIN, Head(LENGTH - 1, CHAIN[-2].hash)) == Broken(LENGTH, Fault.TRUNCATED)


def test_a_whole_chain_written_again_is_found_by_its_head() -> None:
    again = make_chain(3)
    forged = [replace(entry, hash="") for entry in again]
    previous = START
    for number, entry in enumerate(forged):
        sealed = replace(entry, actor_name="Người khác", prev_hash=previous)
        forged[number] = replace(sealed, hash=entry_hash(sealed))
        previous = forged[number].hash
    assert verify(forged) is None
    assert verify(forged, Head(3, again[-1].hash)) == Broken(3, Fault.ALTERED)


def test_an_empty_chain_holds_only_with_an_empty_head() -> None:
    assert verify([], Head(0, START)) is None
    assert verify([], Head(1, CHAIN[0].hash)) == Broken(1, Fault.TRUNCATED)
    assert verify([], Head(0, CHAIN[0].hash)) == Broken(0, Fault.ALTERED)


def test_the_hashed_form_never_changes() -> None:
    assert canonical(CHAIN[0]) == (
        '{"actor_id":1,"actor_name":"Hoàng Thị Bích","at":"2025-05-15T01:30:01.000000+00:00","chain":"meeting:42",'
        '"data":{"before":{"status":"waiting"},"minutes":1},"object_id":"1","object_label":"Nội dung 1",'
        '"object_type":"item","prev_hash":"' + START + '","request_id":"","seq":1,"verb":"agenda.item_started"}'
    )
    assert CHAIN[0].hash == "32653549c39525fe3650a1df52e8b72f8e9a5b7e6d38f1ee9f640964268b77cd"
    assert CHAIN[999].hash == "38e52118c39280d1ec864a30f59b4c021952ed15f64db5fa08b0353d7ba1b14f"


def test_the_zone_in_which_a_time_is_given_does_not_matter() -> None:
    assert utc_text(MORNING) == utc_text(MORNING.astimezone(UTC)) == "2025-05-15T01:30:00.000000+00:00"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        utc_text(MORNING.replace(tzinfo=None))


class Answer(StrEnum):
    ATTENDING = "attending"


def test_values_of_the_domain_become_json() -> None:
    assert normalised(
        {
            "at": MORNING,
            "day": date(2025, 5, 15),
            "op": UUID(int=7),
            "answer": Answer.ATTENDING,
            "share": Decimal("95.90"),
            7: (1, 2.0, 2.5, None, True),
            "codes": {"X2", "X1"},
        }
    ) == {
        "at": "2025-05-15T01:30:00.000000+00:00",
        "day": "2025-05-15",
        "op": "00000000-0000-0000-0000-000000000007",
        "answer": "attending",
        "share": "95.90",
        "7": [1, 2, 2.5, None, True],
        "codes": ["X1", "X2"],
    }


def test_texts_are_stored_composed_and_without_what_a_database_refuses() -> None:
    assert normalised("Hoa\u0300ng\x00 \ud800!") == "Hoàng\ufffd \ufffd!"


@pytest.mark.parametrize("value", [object(), b"bytes", 1j])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        normalised({"value": value})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a JSON number"):
        normalised([value])


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_data)
def test_normalised_data_stays_as_it_is_through_json_and_again(data: object) -> None:
    once = normalised(data)
    assert normalised(once) == once
    assert json.loads(json.dumps(once)) == once
