"""/api/v1: a rule in POST /meetings, and series."""

import pytest

from meetings.planning.models import Meeting, Series, SkippedDate
from tests.api import Api, meeting_body
from tests.people import People, at
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db

WEEKLY = "FREQ=WEEKLY;COUNT=3"


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


def second_is_taken(people: People) -> Meeting:
    return make_meeting(people, endpoints=["T1"], starts_at=at(9, day=8), title="Tập huấn")


def test_a_rule_books_a_series_and_answers_with_its_first_meeting(api: Api) -> None:
    answer = api.post("/meetings", meeting_body(rrule=WEEKLY))
    assert answer.status == 201
    first = Meeting.objects.order_by("starts_at").first()
    assert first is not None
    assert (answer.body["id"], answer.body["status"], answer.body["booking"]["endpoints"]) == (first.pk, "scheduled", 4)
    series = answer.body["series"]
    assert (series["id"], series["rrule"]) == (first.series_id, "FREQ=WEEKLY;BYDAY=MO;COUNT=3")
    assert [(each["day"], each["starts_at"]) for each in series["meetings"]] == [
        (f"2031-12-{day:02}", f"2031-12-{day:02}T08:00:00+07:00") for day in (1, 8, 15)
    ]
    assert series["skipped"] == []
    assert (
        api.post(
            "/meetings", meeting_body(starts_at="2031-12-02T08:00:00+07:00", ends_at="2031-12-02T09:00:00+07:00")
        ).body["series"]
        is None
    )


def test_a_taken_date_refuses_the_whole_and_is_named(api: Api, people: People) -> None:
    other = second_is_taken(people)
    answer = api.post("/meetings", meeting_body(rrule=WEEKLY))
    assert (answer.status, answer.code) == (409, "booking_conflict")
    (conflict,) = answer.body["params"]["conflicts"]
    assert (conflict["kind"], conflict["day"], conflict["meeting"]["id"]) == ("endpoint_busy", "2031-12-08", other.pk)
    assert answer.body["params"]["days"] == ["2031-12-08"]
    assert Meeting.objects.count() == 1


def test_taken_dates_are_skipped_and_single_ones_as_was_said(api: Api, people: People) -> None:
    second_is_taken(people)
    dates = [{"day": "2031-12-15", "act": "move", "starts_at": "2031-12-16T14:00:00+07:00"}]
    series = api.post("/meetings", meeting_body(rrule=WEEKLY, on_conflict="skip", dates=dates)).body["series"]
    assert [(each["day"], each["starts_at"][:13]) for each in series["meetings"]] == [
        ("2031-12-01", "2031-12-01T08"),
        ("2031-12-15", "2031-12-16T14"),
    ]
    assert series["skipped"] == [{"day": "2031-12-08", "why": "conflict", "note": ""}]


def test_the_check_answers_by_date_and_books_nothing(api: Api, people: People) -> None:
    second_is_taken(people)
    body = meeting_body(rrule="FREQ=MONTHLY;BYDAY=1MO;COUNT=3", starts_at="2031-12-01T08:00:00+07:00")
    assert [each["day"] for each in api.post("/meetings/check", body).body["dates"]] == [
        "2031-12-01",
        "2032-01-05",
        "2032-02-02",
    ]
    answer = api.post("/meetings/check", meeting_body(rrule=WEEKLY)).body
    assert [(each["day"], each["fits"], len(each["conflicts"])) for each in answer["dates"]] == [
        ("2031-12-01", True, 0),
        ("2031-12-08", False, 1),
        ("2031-12-15", True, 0),
    ]
    assert (answer["fits"], "T1" in answer["free_endpoints"]) == (False, False)
    skipped = meeting_body(rrule=WEEKLY, dates=[{"day": "2031-12-08", "act": "skip"}])
    assert api.post("/meetings/check", skipped).body["fits"]
    holiday = meeting_body(
        rrule="FREQ=DAILY;COUNT=1", starts_at="2032-01-01T08:00:00+07:00", ends_at="2032-01-01T09:00:00+07:00"
    )
    assert [each["kind"] for each in api.post("/meetings/check", holiday).body["warnings"]] == ["on_holiday"]
    assert not Series.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rrule": "FREQ=WEEKLY"}, "rrule_unbounded"),
        ({"rrule": "FREQ=SECONDLY;COUNT=2"}, "rrule_frequency"),
        ({"rrule": "FREQ=WEEKLY;COUNT=500"}, "rrule_too_many"),
        ({"rrule": "FREQ=WEEKLY;COUNT=2;BYHOUR=1"}, "rrule_part"),
        ({"rrule": "weekly"}, "rrule_malformed"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20200101"}, "rrule_empty"),
        ({"rrule": "FREQ=MONTHLY;INTERVAL=99;COUNT=200"}, "rrule_too_far"),
        ({"rrule": "FREQ=DAILY;COUNT=2", "ends_at": "2031-12-02T08:00:00+07:00"}, "series_overlaps"),
        ({"rrule": "FREQ=DAILY;COUNT=1", "dates": [{"day": "2031-12-01", "act": "skip"}]}, "series_empty"),
        ({"rrule": WEEKLY, "dates": [{"day": "2031-12-01", "act": "move"}]}, "unacceptable"),
        ({"rrule": WEEKLY, "dates": [{"day": "tomorrow", "act": "skip"}]}, "unacceptable"),
        ({"rrule": WEEKLY, "draft": True}, "unacceptable"),
        ({"rrule": ""}, "unacceptable"),
        ({"dates": []}, "unacceptable"),
    ],
)
def test_rules_that_are_not_taken_are_refused_by_name(api: Api, changes: dict[str, object], code: str) -> None:
    answer = api.post("/meetings", meeting_body(**changes))
    assert (answer.status, answer.code) == (422, code)
    assert not Meeting.objects.exists()


def test_the_same_call_again_makes_no_second_series(api: Api) -> None:
    headers = {"Idempotency-Key": "a-briefing"}
    first = api.post("/meetings", meeting_body(rrule=WEEKLY), headers=headers)
    again = api.post("/meetings", meeting_body(rrule=WEEKLY), headers=headers)
    assert (again.status, again.body) == (201, first.body)
    assert (Series.objects.count(), Meeting.objects.count()) == (1, 3)


def test_a_date_is_cancelled_and_added_again(api: Api) -> None:
    series = api.post("/meetings", meeting_body(rrule=WEEKLY)).body["series"]
    path = f"/series/{series['id']}"
    assert [each["state"] for each in api.get(path).body["dates"]] == ["coming"] * 3
    gone = api.delete(f"{path}/dates/2031-12-08")
    assert [each["state"] for each in gone.body["dates"]] == ["coming", "cancelled", "coming"]
    answer = api.post(f"{path}/dates", {"day": "2031-12-08", "version": 1, "starts_at": "2031-12-08T14:00:00+07:00"})
    assert answer.status == 201
    assert [each["state"] for each in answer.body["dates"]] == ["coming", "cancelled", "coming", "coming"]
    assert answer.body["version"] == 2
    stale = api.post(f"{path}/dates", {"day": "2031-12-08", "version": 1})
    assert (stale.status, stale.code) == (422, "date_unknown")
    assert api.delete(f"{path}/dates/2031-12-09").code == "date_unknown"
    assert api.delete(f"{path}/dates/soon").code == "unacceptable"


def test_this_and_following(api: Api, people: People) -> None:
    series = api.post("/meetings", meeting_body(rrule=WEEKLY)).body["series"]
    path = f"/series/{series['id']}"
    answer = api.post(f"{path}/following", {"from": "2031-12-08", "version": 1, "starts": "08:30", "minutes": 60})
    assert answer.status == 200
    assert answer.body["meetings"] == [each["id"] for each in series["meetings"][1:]]
    assert [each["starts_at"][11:16] for each in answer.body["series"]["dates"]] == ["08:30", "08:30"]
    stale = api.post(f"{path}/following", {"from": "2031-12-01", "version": 1, "starts": "09:00"})
    assert (stale.status, stale.code) == (409, "stale_version")
    make_meeting(people, endpoints=["T1"], starts_at=at(15, day=15))
    later = f"/series/{answer.body['series']['id']}/following"
    taken = api.post(later, {"from": "2031-12-08", "version": 1, "starts": "14:00"})
    assert (taken.status, taken.body["params"]["days"]) == (409, ["2031-12-15"])
    nothing = api.post(later, {"from": "2032-12-08", "version": 1, "starts": "14:00"})
    assert (nothing.status, nothing.code) == (409, "series_over")
    fewer = api.post(later, {"from": "2031-12-08", "version": 1, "rrule": "FREQ=WEEKLY;COUNT=1"})
    assert (len(fewer.body["meetings"]), len(fewer.body["cancelled"])) == (1, 1)


def test_the_rest_of_a_series_is_cancelled(api: Api) -> None:
    series = api.post("/meetings", meeting_body(rrule=WEEKLY)).body["series"]
    path = f"/series/{series['id']}/cancel"
    answer = api.post(path, {"from": "2031-12-08", "version": 1, "reason": "Nghỉ Tết"})
    assert [(each["state"], each["why"]) for each in answer.body["series"]["dates"]] == [
        ("coming", ""),
        ("cancelled", "Nghỉ Tết"),
        ("cancelled", "Nghỉ Tết"),
    ]
    assert len(api.post(path, {"version": 2}).body["cancelled"]) == 1
    assert api.post(path, {"version": 3}).code == "series_over"


def test_another_office_knows_nothing_of_the_series(api: Api, people: People) -> None:
    series = api.post("/meetings", meeting_body(rrule=WEEKLY)).body["series"]
    for user, status in ((people.outsider, 404), (people.delegate, 404), (people.nobody, 404)):
        assert Api(user).get(f"/series/{series['id']}").status == status
        assert Api(user).post(f"/series/{series['id']}/cancel", {"version": 1}).status == status
    assert not SkippedDate.objects.exists()
