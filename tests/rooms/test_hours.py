"""When an endpoint can be used: its week and its times out of service, what they stop, and their page."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from audit.models import Entry
from rooms.actions import check
from rooms.errors import ClosureInvalid, ClosureOver, HoursInvalid
from rooms.hours.actions import end_closure, report_closure, set_week
from rooms.hours.selectors import week_of
from rooms.models import BookedEndpoint, Closure, OpeningHours
from rooms.network import network
from rooms.occupancy import availability
from rooms.scheduling.conflicts import EndpointClosed, EndpointInvalid
from rooms.scheduling.intervals import Interval
from rooms.slots import SlotSearch, free_slots
from tests.api import Api, meeting_body
from tests.people import People, at
from tests.rooms.networks import add_endpoints
from tests.rooms.test_booking import wish
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db

OFFICE = {day: [(dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(17))] for day in range(5)}
MORNINGS = {day: [(dt.time(7), dt.time(12))] for day in range(5)}


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.administrator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(desk: Client, code: str = "H026") -> str:
    answer = desk.get(reverse("endpoint-hours", args=[code]))
    assert answer.status_code == 200
    return answer.content.decode()


def closure(**changes: object) -> dict[str, object]:
    day = "2031-12-01"
    return {
        "first_day": day,
        "start": "08:30",
        "last_day": day,
        "end": "12:00",
        "reason": "Thay đường truyền",
        **changes,
    }


def week_fields(**changes: str) -> dict[str, str]:
    blank = {f"{edge}_{day}_{n}": "" for edge in ("opens", "closes") for day in range(7) for n in range(2)}
    return blank | {"opens_0_0": "07:30", "closes_0_0": "11:30"} | changes


def test_an_endpoint_is_not_booked_outside_its_hours_and_the_cause_is_named(people: People) -> None:
    set_week(people.administrator, people.network.endpoints["T1"], MORNINGS)
    verdict = check(wish(people, starts_at=at(11), ends_at=at(13)))
    (conflict,) = verdict.conflicts
    assert isinstance(conflict, EndpointClosed)
    assert (conflict.cause, conflict.endpoint) == ("opening_hours", "T1")
    assert conflict.interval == Interval(at(12), at(7, day=2))
    assert check(wish(people, starts_at=at(9), ends_at=at(11))).fits


def test_the_first_free_times_keep_to_the_hours(people: People) -> None:
    set_week(people.administrator, people.network.endpoints["T1"], {2: [(dt.time(14), dt.time(16))]})
    where = SlotSearch(earliest=at(8), horizon=at(8, day=10), count=2)
    slots = free_slots(wish(people, starts_at=at(8), ends_at=at(9), setup_minutes=0), where)
    # 1 December 2031 is a Monday.
    assert [slot.starts_at for slot in slots] == [at(14, day=3), at(14, 15, day=3)]


def test_endpoints_with_the_same_hours_and_with_others_are_all_kept_to(people: People) -> None:
    for code, spans in (("T1", (9, 15)), ("T2", (9, 15)), ("H024", (10, 12))):
        set_week(people.administrator, people.network.endpoints[code], {0: [(dt.time(spans[0]), dt.time(spans[1]))]})
    where = SlotSearch(earliest=at(8), horizon=at(8, day=10), count=5, any_hour=True)
    wanted = wish(people, "T1", "T2", "H024", starts_at=at(8), ends_at=at(9, 30), setup_minutes=0)
    monday, next_monday = at(10), at(10, day=8)
    quarter = dt.timedelta(minutes=15)
    expected = [monday, monday + quarter, monday + 2 * quarter, next_monday, next_monday + quarter]
    assert [slot.starts_at for slot in free_slots(wanted, where)] == expected


def test_the_api_s_availability_tells_what_is_closed_and_why(people: People) -> None:
    set_week(people.administrator, people.network.endpoints["X00715"], MORNINGS)
    day = "from=2031-12-01T00:00:00%2B07:00&to=2031-12-02T00:00:00%2B07:00"
    rows = Api(people.secretary).get(f"/availability?{day}&under=00715").body["endpoints"]
    assert [(each["cause"], each["starts_at"], each["ends_at"]) for each in rows[0]["closed"]] == [
        ("opening_hours", "2031-11-28T12:00:00+07:00", "2031-12-01T07:00:00+07:00"),
        ("opening_hours", "2031-12-01T12:00:00+07:00", "2031-12-02T07:00:00+07:00"),
    ]


def test_the_api_refuses_with_the_cause(people: People) -> None:
    set_week(people.administrator, people.network.endpoints["T1"], {0: [(dt.time(13), dt.time(17))]})
    answer = Api(people.secretary).post("/meetings", meeting_body())
    (conflict,) = answer.body["params"]["conflicts"]
    assert (answer.status, conflict["kind"], conflict["cause"]) == (409, "endpoint_closed", "opening_hours")


@pytest.mark.parametrize("number", [1, 3, 208])
def test_hours_take_one_query_however_many_endpoints_have_them(people: People, number: int) -> None:
    codes = add_endpoints(people.network, number, bridge=None)
    OpeningHours.objects.bulk_create(
        OpeningHours(endpoint=people.network.endpoints[code], weekday=day, opens=dt.time(7, n % 50), closes=dt.time(17))
        for n, code in enumerate(codes)
        for day in range(5)
    )
    network()
    with CaptureQueriesContext(connection) as queries:
        found = availability(people.administrator, Interval(at(0), at(0, day=2)), under="02")
    assert sum(bool(each.closed) for each in found.endpoints) == number
    assert len(queries) == 11


def test_an_endpoint_whose_unit_has_ended_says_so(people: People) -> None:
    Unit.objects.filter(code="026").update(valid_to=dt.date(2031, 12, 1))
    (conflict,) = check(wish(people, "H026")).conflicts
    assert isinstance(conflict, EndpointInvalid)
    assert (conflict.reason, conflict.valid_to) == ("unit_no_longer_valid", dt.date(2031, 12, 1))


def test_a_unit_that_began_anew_under_its_code_goes_on(people: People) -> None:
    Unit.objects.filter(code="026").update(valid_to=dt.date(2031, 11, 1))
    old = people.network.units["026"]
    facts = {"code": "026", "name": "Huyện Đồng Văn mới", "kind": old.kind, "tier": old.tier, "parent": old.parent}
    Unit.objects.create(**facts, path=f"{old.path}anew/", valid_from=dt.date(2031, 11, 1), search_text="dong van")
    assert check(wish(people, "H026")).fits


def test_a_week_is_set_and_noted_once(people: People) -> None:
    endpoint = people.network.endpoints["H026"]
    set_week(people.administrator, endpoint, OFFICE)
    set_week(people.administrator, endpoint, OFFICE)
    assert week_of(endpoint) == OFFICE
    set_week(people.administrator, endpoint, {})
    assert week_of(endpoint) == {}
    assert [entry.verb for entry in Entry.objects.order_by("seq")] == ["endpoint.hours_set", "endpoint.always_open"]


@pytest.mark.parametrize(
    "spans",
    [
        [(dt.time(9), dt.time(9))],
        [(dt.time(9), dt.time(8))],
        [(dt.time(8), dt.time(12)), (dt.time(11), dt.time(17))],
    ],
)
def test_a_week_that_makes_no_sense_is_refused(people: People, spans: list[tuple[dt.time, dt.time]]) -> None:
    with pytest.raises(HoursInvalid):
        set_week(people.administrator, people.network.endpoints["H026"], {0: spans})
    assert not OpeningHours.objects.exists()


def test_a_closure_that_is_empty_or_over_is_refused(people: People) -> None:
    endpoint = people.network.endpoints["H026"]
    now = timezone.now()
    for start, end in ((at(9), at(9)), (now - dt.timedelta(hours=2), now - dt.timedelta(hours=1))):
        with pytest.raises(ClosureInvalid):
            report_closure(people.operator, endpoint, start, end, reason="Bảo trì")


def test_what_runs_ends_now_what_has_not_begun_is_taken_back_what_is_over_stays(people: People) -> None:
    endpoint, now = people.network.endpoints["X00715"], timezone.now()
    hour = dt.timedelta(hours=1)
    over = Closure.objects.create(endpoint=endpoint, starts_at=now - 3 * hour, ends_at=now - 2 * hour, reason="Cũ")
    running = report_closure(people.operator, endpoint, now - hour, now + hour, reason="Bảo trì")
    coming = report_closure(people.operator, endpoint, now + hour, now + 2 * hour, reason="Bảo trì")
    ended = end_closure(people.operator, endpoint, running.pk)
    assert ended is not None
    assert now - hour < ended.ends_at <= timezone.now()
    assert end_closure(people.operator, endpoint, coming.pk) is None
    assert not Closure.objects.filter(pk=coming.pk).exists()
    with pytest.raises(ClosureOver):
        end_closure(people.operator, endpoint, over.pk)
    verbs = [entry.verb for entry in Entry.objects.order_by("seq")]
    assert verbs == ["closure.reported", "closure.reported", "closure.ended", "closure.removed"]


def test_the_week_is_filled_in_on_the_page(desk: Client, people: People) -> None:
    fields = week_fields(opens_0_1="13:30", closes_0_1="17:00", opens_5_0="00:00", closes_5_0="23:59")
    assert desk.post(reverse("endpoint-week", args=["H026"]), fields).status_code == 302
    assert week_of(people.network.endpoints["H026"]) == {
        0: [(dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(17))],
        5: [(dt.time(0), dt.time(23, 59))],
    }
    assert 'value="13:30"' in page(desk)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closes_0_0": ""}, "Monday: Fill in both times, or none."),
        ({"closes_0_0": "07:00"}, "Monday: It must close after it opens."),
        (
            {"opens_0_1": "11:00", "closes_0_1": "17:00"},
            "Monday: The second span must begin after the first has ended.",
        ),
        ({"opens_6_1": "25:99", "closes_6_1": "17:00"}, "Sunday: Enter a valid time."),
    ],
)
def test_hours_that_make_no_sense_are_said_beside_the_day(
    desk: Client, people: People, changes: dict[str, str], words: str
) -> None:
    answer = desk.post(reverse("endpoint-week", args=["H026"]), week_fields(**changes))
    assert (answer.status_code, OpeningHours.objects.count()) == (422, 0)
    assert words in answer.content.decode()
    for name, value in changes.items():
        assert answer.context["week_form"][name].value() == value


def test_a_closure_is_reported_with_the_reporter_s_name(client: Client, people: People) -> None:
    client.force_login(people.operator)
    assert client.post(reverse("endpoint-hours", args=["X00715"]), closure()).status_code == 302
    row = Closure.objects.get()
    assert (row.starts_at, row.ends_at, row.reason) == (at(8, 30), at(12), "Thay đường truyền")
    assert row.reported_by == "Ma Văn Tuấn"


def test_meetings_that_a_closure_hits_are_named_first_and_stay_booked(desk: Client, people: People) -> None:
    make_meeting(people, title="Tiếp xúc cử tri")
    answer = desk.post(reverse("endpoint-hours", args=["H026"]), closure())
    content = answer.content.decode()
    assert (answer.status_code, Closure.objects.count()) == (409, 0)
    for fact in ("Tiếp xúc cử tri", "Nguyễn Thị Lan", "0219.000.0001", "08:00–10:00"):
        assert fact in content
    assert answer.context["form"]["reason"].value() == "Thay đường truyền"
    desk.post(reverse("endpoint-hours", args=["H026"]), closure(confirmed="1"))
    assert Closure.objects.count() == 1
    assert BookedEndpoint.objects.filter(endpoint__code="H026", released=False).count() == 1
    assert "1 meeting is booked here then" in page(desk)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end": "08:00"}, "The end must be after the start."),
        ({"first_day": "2021-12-01", "last_day": "2021-12-01"}, "This time is over already."),
        ({"first_day": "0001-01-01"}, "This day is too far away."),
        ({"last_day": "9999-12-31"}, "This day is too far away."),
        ({"last_day": "2033-12-31"}, "At most a year at a time."),
        ({"start": "x"}, "Enter a valid time."),
        ({"reason": ""}, "This field is required."),
        ({"reason": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_closure_that_cannot_be_is_said_and_nothing_typed_is_lost(
    desk: Client, changes: dict[str, object], words: str
) -> None:
    answer = desk.post(reverse("endpoint-hours", args=["H026"]), closure(**changes))
    assert (answer.status_code, Closure.objects.count()) == (422, 0)
    assert words in answer.content.decode()
    assert answer.context["form"]["reason"].value() == closure(**changes)["reason"]


def test_who_only_looks_gets_no_further_and_who_reports_does_not_set_hours(client: Client, people: People) -> None:
    address, week = reverse("endpoint-hours", args=["X00715"]), reverse("endpoint-week", args=["X00715"])
    got = {}
    for name in ("administrator", "secretary", "operator", "chair", "delegate", "outsider"):
        client.force_login(getattr(people, name))
        got[name] = (client.get(address).status_code, client.post(week, week_fields()).status_code)
    assert got == {
        "administrator": (200, 302),
        "secretary": (200, 403),
        "operator": (200, 403),
        "chair": (403, 403),
        "delegate": (404, 404),
        "outsider": (404, 404),
    }


def test_an_operator_has_no_say_over_another_endpoint(client: Client, people: People) -> None:
    client.force_login(people.operator)
    assert client.post(reverse("endpoint-hours", args=["H026"]), closure()).status_code == 404
    other = report_closure(people.administrator, people.network.endpoints["H026"], at(8), at(9), reason="Bảo trì")
    assert client.post(reverse("closure-end", args=["X00715", other.pk])).status_code == 404
    assert Closure.objects.count() == 1


@pytest.mark.parametrize("number", [0, 1, 3, 208])
def test_the_page_takes_the_same_queries_however_many_closures(desk: Client, people: People, number: int) -> None:
    endpoint = people.network.endpoints["H026"]
    Closure.objects.bulk_create(
        Closure(endpoint=endpoint, starts_at=at(8, day=1 + n % 28), ends_at=at(9, day=1 + n % 28), reason=f"Lần {n}")
        for n in range(number)
    )
    page(desk)
    with CaptureQueriesContext(connection) as queries:
        page(desk)
    assert len(queries) == (9 if number else 7)


def test_the_network_page_draws_the_closed_hours_and_links_to_them(desk: Client, people: People) -> None:
    set_week(people.administrator, people.network.endpoints["H026"], MORNINGS)
    answer = desk.get(reverse("network"), {"day": "2031-12-01", "chosen": "H026"})
    row = answer.context["grid"].row("H026")
    drawn = [(bar.first, bar.last, bar.cell.icon) for bar in row.drawn]
    assert drawn == [(60, 132, "clock")]
    assert reverse("endpoint-hours", args=["H026"]) in answer.content.decode()
    assert [gap.start.hour for gap in row.free] == [7]


def test_whoever_only_looks_is_not_led_to_the_hours(client: Client, people: People) -> None:
    client.force_login(people.observer)
    answer = client.get(reverse("network"), {"day": "2031-12-01", "chosen": "H024"})
    assert reverse("endpoint-hours", args=["H024"]) not in answer.content.decode()
