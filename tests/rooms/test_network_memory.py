"""What is kept of the network is never older than the database: whoever changes it, and in whichever transaction."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit
from rooms.actions import check
from rooms.models import Bridge, Closure, Endpoint, OpeningHours
from rooms.network import network
from rooms.wishes import BookingRequest
from tests.people import SINCE, People, at

Change = Callable[[People], object]


def wish(people: People, *endpoints: str) -> BookingRequest:
    return BookingRequest(
        title="Giao ban",
        unit=people.network.units["02"],
        endpoints=endpoints,
        starts_at=at(8),
        ends_at=at(10),
        host_endpoint=endpoints[0],
    )


def room(people: People, code: str) -> Endpoint:
    unit = people.network.units["02"]
    return Endpoint(code=code, name=code, unit=unit, tier_id="province", valid_from=SINCE, search_text=code.lower())


def queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def test_what_is_known_is_not_read_again(people: People) -> None:
    assert queries(network) == 4
    assert queries(network) == 1
    assert network() is network()


CHANGES: dict[str, Change] = {
    "an endpoint is added": lambda people: room(people, "Z1").save(),
    "endpoints are changed together": lambda _people: Endpoint.objects.filter(code="T1").update(active=False),
    "endpoints are added together": lambda people: Endpoint.objects.bulk_create(
        [room(people, "Z2"), room(people, "Z3")]
    ),
    "an endpoint leaves": lambda _people: Endpoint.objects.filter(code="T2").delete(),
    "a bridge has fewer ports": lambda _people: Bridge.objects.filter(code="MCU-01").update(ports=1),
    "a unit ends": lambda _people: Unit.objects.filter(code="026").update(valid_to=dt.date(2031, 12, 1)),
    "a unit begins": lambda _people: Unit.objects.create(
        code="999", name="Anew", kind="huyện", tier="district", path="/0/", valid_from=SINCE, search_text="anew"
    ),
    "an endpoint opens later": lambda people: OpeningHours.objects.create(
        endpoint=people.network.endpoints["T1"], weekday=0, opens=dt.time(9), closes=dt.time(17)
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_at_once(people: People, change: str) -> None:
    before = network()
    CHANGES[change](people)
    assert network() is not before
    assert network() is network()


def test_what_is_no_part_of_the_network_leaves_it_known(people: People) -> None:
    before = network()
    Closure.objects.create(endpoint=people.network.endpoints["T1"], starts_at=at(8), ends_at=at(9), reason="Bảo trì")
    check(wish(people, "T1"))
    assert network() is before


def test_a_change_that_is_taken_back_is_forgotten(people: People) -> None:
    with transaction.atomic():
        Endpoint.objects.filter(code="T1").update(active=False)
        assert network().facts["T1"].active is False
        transaction.set_rollback(True)
    assert network().facts["T1"].active is True
    with transaction.atomic():
        Bridge.objects.filter(code="MCU-01").update(ports=7)
        assert next(each.ports for each in network().bridges if each.code == "MCU-01") == 7
        assert network().facts["T1"].active is True


def test_the_judge_sees_a_bridge_that_has_lost_its_ports(people: People) -> None:
    assert check(wish(people, "T1", "H026")).fits
    Bridge.objects.filter(code="MCU-01").update(ports=0)
    assert not check(wish(people, "T1", "H026")).fits


@pytest.mark.django_db(transaction=True)
def test_another_process_that_has_not_finished_changes_nothing_here(people: People) -> None:
    written, finish = threading.Event(), threading.Event()

    def elsewhere() -> None:
        try:
            with transaction.atomic():
                Endpoint.objects.filter(code="T1").update(active=False)
                written.set()
                finish.wait(20)
        finally:
            connection.close()

    assert network().facts["T1"].active is True
    thread = threading.Thread(target=elsewhere)
    thread.start()
    try:
        assert written.wait(20)
        assert network().facts["T1"].active is True
    finally:
        finish.set()
        thread.join()
    assert network().facts["T1"].active is False
