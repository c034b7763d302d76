"""Reading and checking the journal in the database."""

import weakref
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import selectors
from audit.chain import START, Broken, Fault, Head, Record
from audit.models import Chain, Entry
from audit.selectors import BrokenChain, entries_of, head_of, verify_all, verify_chain
from tests.audit.conftest import Write


@pytest.fixture
def journal(write: Write) -> None:
    for number in range(5):
        write(chain="network", label=f"Điểm cầu {number}")
    for number in range(3):
        write(chain="accounts", label=f"Người {number}")


def tamper(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_the_latest_entries_come_first(journal: None) -> None:
    assert [entry.seq for entry in entries_of("network", 3)] == [5, 4, 3]
    assert [entry.seq for entry in entries_of("network", 3, before=3)] == [2, 1]
    assert list(entries_of("nothing", 3)) == []


def test_the_head_of_a_chain_can_be_written_down(journal: None) -> None:
    last = Entry.objects.get(chain__name="network", seq=5)
    assert head_of("network") == Head(5, last.hash)
    assert head_of("nothing") == Head(0, START)


def test_an_untouched_journal_is_intact(journal: None) -> None:
    assert list(verify_all()) == []
    assert verify_chain("network") is None
    assert verify_chain("nothing") is None


@pytest.mark.usefixtures("journal", "without_wall")
class TestTampering:
    def test_each_broken_chain_is_named_with_its_first_wrong_number(self) -> None:
        tamper("UPDATE audit_entry SET verb = 'x' WHERE object_label IN ('Điểm cầu 1', 'Điểm cầu 3', 'Người 2')")
        assert list(verify_all()) == [
            BrokenChain("network", Broken(2, Fault.ALTERED)),
            BrokenChain("accounts", Broken(3, Fault.ALTERED)),
        ]
        assert verify_chain("accounts") == Broken(3, Fault.ALTERED)

    def test_a_removed_entry_is_found(self) -> None:
        tamper("DELETE FROM audit_entry WHERE object_label = 'Điểm cầu 2'")
        assert verify_chain("network") == Broken(3, Fault.OUT_OF_SEQUENCE)

    def test_entries_removed_from_the_end_are_found(self) -> None:
        tamper("DELETE FROM audit_entry WHERE object_label IN ('Điểm cầu 3', 'Điểm cầu 4')")
        assert verify_chain("network") == Broken(4, Fault.TRUNCATED)

    def test_an_end_cut_off_together_with_its_head_leaves_the_hash_wrong(self) -> None:
        tamper("DELETE FROM audit_entry WHERE object_label = 'Điểm cầu 4'")
        tamper("UPDATE audit_chain SET length = 4 WHERE name = 'network'")
        assert verify_chain("network") == Broken(4, Fault.ALTERED)

    def test_a_shortened_head_is_found(self) -> None:
        fourth = Entry.objects.get(object_label="Điểm cầu 3")
        tamper("UPDATE audit_chain SET length = 4, head_hash = %s WHERE name = 'network'", fourth.hash)
        assert verify_chain("network") == Broken(5, Fault.TRUNCATED)

    def test_an_entry_moved_to_another_chain_is_found_in_both(self) -> None:
        accounts = Chain.objects.get(name="accounts")
        tamper("UPDATE audit_entry SET chain_id = %s, seq = 4 WHERE object_label = 'Điểm cầu 4'", accounts.pk)
        tamper("UPDATE audit_chain SET length = 4 WHERE name = 'accounts'")
        assert list(verify_all()) == [
            BrokenChain("network", Broken(5, Fault.TRUNCATED)),
            BrokenChain("accounts", Broken(4, Fault.UNLINKED)),
        ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    position=st.integers(1, 5),
    field=st.sampled_from(
        ["actor_id", "actor_name", "verb", "object_type", "object_id", "object_label", "request_id", "hash"]
    ),
    value=st.integers(10**6, 10**7),
)
def test_any_altered_column_is_found(journal: None, without_wall: None, position: int, field: str, value: int) -> None:
    past_the_model = QuerySet[Entry](Entry).filter(chain__name="network", seq=position)
    before = past_the_model.values_list(field, flat=True).get()
    past_the_model.update(**{field: value})
    found = verify_chain("network")
    past_the_model.update(**{field: before})
    assert found == Broken(position, Fault.ALTERED)
    assert verify_chain("network") is None


def test_only_a_part_of_the_journal_is_held_in_memory(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(60):
        write()
    alive: weakref.WeakSet[Entry] = weakref.WeakSet()
    most = 0
    as_record = Entry.as_record

    def watched(entry: Entry, chain: str) -> Record:
        nonlocal most
        alive.add(entry)
        most = max(most, len(alive))
        return as_record(entry, chain)

    monkeypatch.setattr(Entry, "as_record", watched)
    monkeypatch.setattr(selectors, "_CHUNK", 10)
    assert list(verify_all()) == []
    assert most <= 20
