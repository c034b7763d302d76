"""Booking from several processes at once, through the API: no endpoint is given twice, nobody sees a failure.

bench/race.py does the same 10,000 times over 208 endpoints.
"""

import datetime as dt

import pytest

from accounts.actions import issue_token
from bench._colliding import collide, faults
from rooms.models import BookedEndpoint
from tests.e2e.server import database_url
from tests.people import at, make_network, make_people
from tests.rooms.networks import add_endpoints

pytestmark = pytest.mark.django_db(transaction=True)


def test_bookings_of_four_processes_that_collide_have_one_winner_each(transactional_db: None) -> None:
    network = make_network()
    people = make_people(network)
    codes = add_endpoints(network, 24, bridge=None)
    facts = {
        "token": issue_token(None, people.secretary),
        "unit": "02",
        "endpoints": codes,
        "slots": [
            [(at(0) + n * dt.timedelta(hours=1)).isoformat(), (at(1) + n * dt.timedelta(hours=1)).isoformat()]
            for n in range(12)
        ],
    }
    attempts = collide(4, 30, facts, {"DATABASE_URL": database_url()})
    assert faults(attempts) == []
    assert {status for _slot, _codes, status, _code in attempts} == {201, 409}
    won = sum(len(codes) for _slot, codes, status, _code in attempts if status == 201)
    assert BookedEndpoint.objects.filter(released=False).count() == won
