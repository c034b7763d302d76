"""The board: who sees it, what its tiles say, and that a thousand endpoints cost no more queries than three."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Person
from meetings.attendance.board import Tile, board_of
from meetings.attendance.models import CheckIn
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint, Endpoint
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


def browser(people: People, who: str = "secretary") -> Client:
    client = Client()
    client.force_login(getattr(people, who))
    return client


def fill(meeting: Meeting, endpoint: Endpoint, expected: int, present: int, *, excused: int = 0) -> list[Participant]:
    """People at an endpoint: the first `present` are checked in, the last `excused` have said that they do not come."""
    rows = [
        Participant.objects.create(
            meeting=meeting,
            person=make_person(f"Người {endpoint.code} {number}", endpoint.unit),
            full_name=f"Người {endpoint.code} {number}",
            endpoint=endpoint,
            answer="declined" if number >= expected - excused else "none",
        )
        for number in range(expected)
    ]
    for row in rows[:present]:
        CheckIn.objects.create(meeting=meeting, participant=row, endpoint=endpoint, method="manual", at=at(7, 40))
    return rows


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("secretary", 200),
        ("chair", 200),
        ("operator", 403),
        ("observer", 404),
        ("delegate", 404),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_those_who_may_view_the_meeting_open_its_board(
    people: People, meeting: Meeting, who: str, status: int
) -> None:
    client = browser(people, who)
    assert client.get(f"/meetings/{meeting.pk}/board/").status_code == status
    assert client.get(f"/meetings/{meeting.pk}/board/X00715/").status_code == status


def test_an_invited_delegate_does_not_see_the_board(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    assert browser(people, "delegate").get(f"/meetings/{meeting.pk}/board/").status_code == 403


def test_tiles_stand_in_the_order_of_the_network_with_their_figures(people: People, meeting: Meeting) -> None:
    endpoints = people.network.endpoints
    fill(meeting, endpoints["T1"], 10, 9)
    fill(meeting, endpoints["H026"], 7, 5, excused=2)
    board = board_of(meeting)
    assert [(tile.endpoint.code, tile.present, tile.expected, tile.excused, tile.short) for tile in board.tiles] == [
        ("T1", 9, 10, 0, False),
        ("H026", 5, 7, 2, True),
        ("X00715", 0, 0, 0, False),
    ]
    assert (board.present, board.expected, board.enough) == (14, 17, 1)
    assert [tile.endpoint.code for tile in board.short] == ["H026"]


def test_the_emptiest_endpoint_comes_first_in_the_side_list(people: People) -> None:
    meeting = make_meeting(people, endpoints=("T1", "H024", "H026", "X00715"))
    for code, present in (("T1", 8), ("H024", 2), ("H026", 5), ("X00715", 9)):
        fill(meeting, people.network.endpoints[code], 10, present)
    assert [tile.endpoint.code for tile in board_of(meeting).short] == ["H024", "H026", "T1"]


@given(expected=st.integers(0, 400), present=st.integers(0, 400))
def test_an_endpoint_is_short_exactly_below_85_of_100(expected: int, present: int) -> None:
    tile = Tile(endpoint=Endpoint(code="X1"), expected=expected, present=present, excused=0)
    assert tile.short == (present * 100 < expected * 85)
    assert tile.missing == max(0, expected - present)


def test_somebody_taken_in_elsewhere_counts_where_they_are(people: People, meeting: Meeting) -> None:
    endpoints = people.network.endpoints
    (row,) = fill(meeting, endpoints["H026"], 1, 0)
    CheckIn.objects.create(
        meeting=meeting, participant=row, endpoint=endpoints["X00715"], method="manual", at=at(7, 40)
    )
    board = board_of(meeting)
    assert [(tile.endpoint.code, tile.present, tile.expected) for tile in board.tiles] == [
        ("T1", 0, 0),
        ("H026", 0, 1),
        ("X00715", 1, 0),
    ]


def test_people_at_an_endpoint_that_was_released_stay_on_the_board(people: People, meeting: Meeting) -> None:
    fill(meeting, people.network.endpoints["H026"], 2, 1)
    BookedEndpoint.objects.filter(endpoint__code__in=["H026", "X00715"]).update(released=True)
    assert [tile.endpoint.code for tile in board_of(meeting).tiles] == ["T1", "H026"]


def test_a_draft_without_endpoints_has_an_empty_board(people: People, meeting: Meeting) -> None:
    Meeting.objects.update(booking=None, status="draft")
    response = browser(people).get(f"/meetings/{meeting.pk}/board/")
    assert (response.status_code, response.context["board"].tiles) == (200, [])


def test_names_of_the_missing_are_for_those_who_prepare_the_meeting(people: People, meeting: Meeting) -> None:
    rows = fill(meeting, people.network.endpoints["H026"], 3, 1)
    names = [row.full_name for row in rows]
    for who, expected in (("secretary", names[1:]), ("chair", [])):
        for address in (f"/meetings/{meeting.pk}/board/H026/", f"/meetings/{meeting.pk}/board/?endpoint=H026"):
            body = browser(people, who).get(address).content.decode()
            assert [name for name in names if name in body] == expected


def test_the_strip_says_whom_to_call(people: People, meeting: Meeting) -> None:
    endpoint = people.network.endpoints["H026"]
    endpoint.contact = make_person("Ly Mí Dính", endpoint.unit, phone="0219.387.3342")
    endpoint.save(update_fields=["contact"])
    body = browser(people, "chair").get(f"/meetings/{meeting.pk}/board/H026/").content.decode()
    assert ("Ly Mí Dính" in body, 'href="tel:02193873342"' in body) == (True, True)


def test_an_endpoint_that_is_not_on_the_board_has_no_strip(people: People, meeting: Meeting) -> None:
    client = browser(people)
    assert client.get(f"/meetings/{meeting.pk}/board/H024/").status_code == 404
    assert client.get(f"/meetings/{meeting.pk}/board/?endpoint=H024").context["facts"] is None


def test_filters_hide_tiles_and_nothing_is_lost(people: People, meeting: Meeting) -> None:
    fill(meeting, people.network.endpoints["H026"], 2, 0)
    client = browser(people)
    address = f"/meetings/{meeting.pk}/board/"
    every = client.get(address).content.decode()
    short = client.get(address, {"short": "1"}).content.decode()
    district = client.get(address, {"group": "district"}).content.decode()
    shown = [body.count('class="tile-place"') for body in (every, short, district)]
    hidden = [body.count(" hidden><a class=") for body in (every, short, district)]
    assert (shown, hidden) == ([3, 3, 3], [0, 2, 2])


def many_endpoints(people: People, meeting: Meeting, number: int) -> None:
    network = people.network
    pattern = network.endpoints["X00715"]
    first = Endpoint.objects.count()
    made = Endpoint.objects.bulk_create(
        Endpoint(
            code=f"N{first + place:05}",
            name=f"Xã {first + place}",
            unit=network.units["00715" if place % 2 else "00688"],
            tier=pattern.tier,
            valid_from=dt.date(2025, 1, 1),
            search_text="xa",
        )
        for place in range(number)
    )
    booked = {"booking": meeting.booking, "starts_at": at(7), "ends_at": at(10)}
    BookedEndpoint.objects.bulk_create(BookedEndpoint(endpoint=endpoint, **booked) for endpoint in made)
    people_made = [
        Person(full_name=f"Người {endpoint.code}", unit=endpoint.unit, search_text="nguoi") for endpoint in made
    ]
    Person.objects.bulk_create(people_made)
    Participant.objects.bulk_create(
        Participant(meeting=meeting, person=person, full_name=person.full_name, endpoint=endpoint)
        for person, endpoint in zip(people_made, made, strict=True)
    )


def test_the_board_costs_the_same_number_of_queries_at_3_208_and_1000_endpoints(
    people: People, meeting: Meeting
) -> None:
    client = browser(people)
    counts, tiles = [], []
    for more in (0, 205, 792):
        many_endpoints(people, meeting, more)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/meetings/{meeting.pk}/board/")
        counts.append(len(queries))
        tiles.append(len(response.context["board"].tiles))
    assert tiles == [3, 208, 1000]
    assert counts[0] == counts[1] == counts[2]


def test_opening_the_board_writes_nothing(people: People, meeting: Meeting) -> None:
    client = browser(people)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/meetings/{meeting.pk}/board/")
        client.get(f"/meetings/{meeting.pk}/board/H026/")
    assert [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")] == []
