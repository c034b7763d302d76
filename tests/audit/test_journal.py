"""Writing the journal: in the transaction of the act, in order, sealed."""

import threading
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from audit.chain import START, verify
from audit.errors import AppendOnly, OutsideTransaction
from audit.journal import record
from audit.models import Chain, Entry
from tests.audit.conftest import Write


class Secretary:
    pk = 7

    def get_full_name(self) -> str:
        return "Hoàng Thị Bích"


class Program:
    pk = 8

    def get_full_name(self) -> str:
        return ""

    def __str__(self) -> str:
        return "thuky"


def test_entries_of_a_chain_are_numbered_and_linked(write: Write) -> None:
    first, second = write(), write(verb="meeting.closed")
    assert (first.seq, first.prev_hash) == (1, START)
    assert (second.seq, second.prev_hash) == (2, first.hash)
    chain = Chain.objects.get()
    assert (chain.name, chain.length, chain.head_hash) == ("meeting:42", 2, second.hash)


def test_chains_are_numbered_apart(write: Write) -> None:
    assert [write(chain=chain).seq for chain in ("network", "accounts", "network")] == [1, 1, 2]


def test_what_the_database_gives_back_is_what_was_sealed(write: Write) -> None:
    write(
        actor=Secretary(),
        label="Hoa\u0300ng\x00",
        data={"share": 1e22, "half": 0.5, "op": UUID(int=1), "whole": 2.0, "deep": [{"b": None, "a": "đ\x00"}]},
    )
    write(data={"big": 10**40, "negative": -0.0})
    entries = Entry.objects.order_by("seq")
    assert verify([entry.as_record("meeting:42") for entry in entries], Chain.objects.get().head) is None
    assert entries[0].object_label == "Hoàng\ufffd"


def test_the_actor_is_kept_by_number_and_name(write: Write) -> None:
    actors = [Secretary(), Program(), AnonymousUser(), None]
    kept = [(entry.actor_id, entry.actor_name) for entry in [write(actor=actor) for actor in actors]]
    assert kept == [(7, "Hoàng Thị Bích"), (8, "thuky"), (None, "AnonymousUser"), (None, "")]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(OutsideTransaction):
        record(None, "meeting.opened", chain="network", object_type="meeting", object_id=1, label="")
    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_entry_and_no_hole(write: Write) -> None:
    write()

    @transaction.atomic
    def fail() -> None:
        write()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert write().seq == 2


@pytest.mark.django_db(transaction=True)
def test_acts_at_the_same_time_make_one_chain(write: Write) -> None:
    start = threading.Barrier(4)

    def act() -> None:
        start.wait()
        for _ in range(10):
            write()
        connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain = Chain.objects.get()
    entries = [entry.as_record(chain.name) for entry in chain.entries.order_by("seq")]
    assert [entry.seq for entry in entries] == list(range(1, 41))
    assert verify(entries, chain.head) is None


def test_an_entry_refuses_to_be_saved_again_or_deleted(write: Write) -> None:
    entry = write()
    entry.verb = "meeting.closed"
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        entry.chain.delete()
    assert Entry.objects.get().verb == "meeting.opened"


def test_sets_of_entries_refuse_every_change(write: Write) -> None:
    entry = write()
    with pytest.raises(AppendOnly):
        Entry.objects.filter(pk=entry.pk).update(verb="meeting.closed")
    with pytest.raises(AppendOnly):
        Entry.objects.all().delete()
    with pytest.raises(AppendOnly):
        Entry.objects.bulk_update([entry], ["verb"])
    with pytest.raises(AppendOnly):
        Entry.objects.update_or_create({"verb": "meeting.closed"}, pk=entry.pk)
    with pytest.raises(AppendOnly):
        entry.chain.entries.all().delete()
    assert Entry.objects.get().verb == "meeting.opened"
