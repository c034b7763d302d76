"""Asking the owners of endpoints: whom, what an answer does, and what becomes of a question that nobody answers."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.errors import Forbidden, NotFound
from accounts.models import Membership
from audit.models import Entry
from meetings.notices.models import Notice
from meetings.planning.actions import book_draft, cancel_meeting, change_meeting, create_meeting, postpone_meeting
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import Changes, EndpointChange, look_ahead, plan_of
from meetings.requests.actions import approve, ask, deadline, lapse_requests, refuse, withdraw
from meetings.requests.errors import EndpointsNotAskable, ReasonMissing, RequestDecided
from meetings.requests.models import UsageRequest
from meetings.requests.owners import askable, owners_of
from meetings.requests.selectors import request_for, requests_of, rivals_of
from realtime.models import StreamEvent
from rooms.errors import BookingConflict, InThePast
from rooms.models import BookedEndpoint, Endpoint
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.meetings.requests.asking import Office, asked, city_plan, make_office, request_of
from tests.people import SINCE, VIETNAM, People, at

pytestmark = pytest.mark.django_db
State = UsageRequest.State


@pytest.fixture
def office(people: People) -> Office:
    return make_office(people)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def all_endpoints() -> list[Endpoint]:
    return list(Endpoint.objects.select_related("unit"))


def test_the_owner_is_the_nearest_unit_above_where_somebody_may_book(office: Office) -> None:
    owners = {code: unit.code for code, unit in owners_of(all_endpoints()).items()}
    assert owners == {
        "T1": "02",
        "T2": "02",
        "H024": "024",
        "X00688": "024",
        "X00691": "024",
        "H026": "026",
        "X00715": "026",
        "Y1": "04",
    }


def test_without_anybody_the_top_unit_owns_and_who_is_locked_out_counts_as_nobody(office: Office) -> None:
    office.highland.is_active = False
    office.highland.save()
    Membership.objects.filter(unit__code="04").delete()
    owners = {code: unit.code for code, unit in owners_of(all_endpoints()).items()}
    assert (owners["X00715"], owners["H026"], owners["Y1"]) == ("02", "02", "04")


def test_the_owners_of_208_endpoints_take_two_queries(office: Office) -> None:
    first = all_endpoints()[0]
    Endpoint.objects.bulk_create(
        Endpoint(code=f"Z{n:03}", name="x", unit=first.unit, tier=first.tier, valid_from=SINCE, search_text="")
        for n in range(200)
    )
    rows = all_endpoints()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(owners_of(rows)) == 208
    assert len(queries) == 2


def test_one_may_ask_for_what_one_may_not_book_within_the_province(office: Office) -> None:
    assert [each.code for each in askable(office.city)] == ["T1", "T2", "H026", "X00715"]
    assert [each.code for each in askable(office.city, "dong van")] == ["H026"]
    assert list(askable(office.people.secretary)) == []


def test_own_endpoints_are_booked_at_once_and_each_other_owner_is_asked_once(office: Office) -> None:
    meeting = asked(office, "T1", "H026", "X00715")
    assert booked_codes(meeting) == ["H024"]
    assert [(each.unit.code, [row.code for row in each.endpoints.all()]) for each in requests_of(meeting)] == [
        ("02", ["T1"]),
        ("026", ["H026", "X00715"]),
    ]
    assert not BookedEndpoint.objects.exclude(endpoint__code="H024").exists()
    assert told("request.asked") == ["administrator", "highland", "secretary"]
    entry = Entry.objects.get(verb="request.made")
    assert entry.data["owners"] == {"02": ["T1"], "026": ["H026", "X00715"]}
    event = StreamEvent.objects.get(kind="requests.changed")
    assert (event.audience, [row["unit"] for row in event.data["rows"]]) == ("staff", ["02", "026"])


@pytest.mark.parametrize("codes", [["X00688"], ["nowhere"], ["Y1"], []])
def test_own_unknown_and_far_endpoints_cannot_be_asked_for_and_then_nothing_is_booked(
    office: Office, codes: list[str]
) -> None:
    with pytest.raises(EndpointsNotAskable) as refused:
        asked(office, *codes)
    assert refused.value.params["endpoints"] == codes
    assert not Meeting.objects.exists()
    assert not BookedEndpoint.objects.exists()


def test_a_meeting_of_others_endpoints_alone_is_a_draft_until_the_first_approval_books_it(office: Office) -> None:
    meeting = asked(office, "T1", "H026", own=())
    assert (meeting.status, meeting.booking) == ("draft", None)
    approve(office.people.secretary, request_of(meeting, "02"))
    meeting.refresh_from_db()
    assert (meeting.status, booked_codes(meeting)) == ("scheduled", ["T1"])
    approve(office.highland, request_of(meeting, "026"))
    meeting.refresh_from_db()
    assert booked_codes(meeting) == ["T1", "H026"]
    assert StreamEvent.objects.filter(kind="meeting.scheduled").count() == 1


def test_the_time_of_such_a_draft_can_be_changed(office: Office) -> None:
    meeting = asked(office, "T1", own=())
    meeting = change_meeting(office.city, meeting, version=1, changes=Changes(starts_at=at(9), ends_at=at(11)))
    approve(office.people.secretary, request_of(meeting, "02"))
    assert BookedEndpoint.objects.get().starts_at == at(8)


def test_a_new_selection_gives_back_nothing_that_was_lent(office: Office) -> None:
    meeting = asked(office, "H026", own=("H024",))
    approve(office.highland, request_of(meeting, "026"))
    meeting.refresh_from_db()
    assert booked_codes(meeting) == ["H024", "H026"]
    wider = read_selection({"endpoints": ["H024", "X00688"]})
    seen = look_ahead(office.city, plan_of(meeting, Changes(selection=wider)), meeting=meeting)
    assert sorted(seen.request.endpoints) == ["H024", "H026", "X00688"]
    meeting = change_meeting(office.city, meeting, version=meeting.version, changes=Changes(selection=wider))
    assert booked_codes(meeting) == ["H024", "H026", "X00688"]
    other = read_selection({"endpoints": ["H024"]})
    meeting = change_meeting(office.city, meeting, version=meeting.version, changes=Changes(selection=other))
    assert booked_codes(meeting) == ["H024", "H026"]


def test_what_was_lent_is_taken_out_by_name(office: Office) -> None:
    meeting = asked(office, "H026", own=("H024",))
    approve(office.highland, request_of(meeting, "026"))
    meeting.refresh_from_db()
    change = Changes(endpoints=EndpointChange(leaving=("H026",)))
    meeting = change_meeting(office.city, meeting, version=meeting.version, changes=change)
    assert booked_codes(meeting) == ["H024"]


def test_an_approval_adds_the_endpoints_and_tells_whoever_asked(office: Office) -> None:
    meeting = asked(office, "H026", "X00715")
    done = approve(office.highland, request_of(meeting, "026"))
    meeting.refresh_from_db()
    assert (done.state, done.decided_by) == (State.APPROVED, office.highland)
    assert booked_codes(meeting) == ["H024", "H026", "X00715"]
    assert told("request.approved") == ["city"]
    assert Notice.objects.get(kind="request.approved").data == {"endpoints": 2, "unit": "Huyện Đồng Văn"}
    assert Entry.objects.filter(chain__name=meeting.stream, verb="request.approved").count() == 1
    with pytest.raises(RequestDecided):
        approve(office.highland, done)


def test_an_approval_that_meets_a_conflict_changes_nothing_and_names_who_is_there(office: Office) -> None:
    meeting = asked(office, "H026", "X00715")
    other = create_meeting(
        office.highland,
        plan(
            office.people,
            title="Họp của huyện",
            unit=office.people.network.units["026"],
            selection=read_selection({"endpoints": ["X00715"]}),
            host_endpoint="X00715",
        ),
    )
    with pytest.raises(BookingConflict) as conflict:
        approve(office.highland, request_of(meeting, "026"))
    rows = conflict.value.params["conflicts"]
    assert isinstance(rows, list)
    in_the_way = [(row["endpoint"], row["meeting"]) for row in rows]
    assert in_the_way == [("X00715", {"id": other.pk, "title": "Họp của huyện"})]
    meeting.refresh_from_db()
    assert (booked_codes(meeting), meeting.version) == (["H024"], 1)
    assert request_of(meeting, "026").state == State.PENDING


def test_an_approval_refuses_the_requests_it_was_said_to_refuse_and_no_other(office: Office) -> None:
    meeting = asked(office, "H026", "X00715")
    rival = asked(office, "X00715", own=("X00688",), title="Cùng giờ")
    later = asked(office, "X00715", own=("X00688",), starts_at=at(14), ends_at=at(15), title="Buổi chiều")
    elsewhere = asked(office, "T1", own=("X00691",), title="Nơi khác")
    request = request_of(meeting, "026")
    assert rivals_of([request, request_of(later, "026")]) == {
        request.pk: [request_of(rival, "026")],
        request_of(later, "026").pk: [],
    }
    approve(office.highland, request)
    states = {each.meeting.title: (each.state, bool(each.reason)) for each in UsageRequest.objects.all()}
    assert states == {
        meeting.title: (State.APPROVED, False),
        "Cùng giờ": (State.REFUSED, False),
        "Buổi chiều": (State.PENDING, False),
        "Nơi khác": (State.PENDING, False),
    }
    assert elsewhere.pk
    assert told("request.refused") == ["city"]
    assert Entry.objects.filter(chain__name=rival.stream, verb="request.refused").count() == 1


def test_a_refusal_needs_a_reason_which_is_told(office: Office) -> None:
    meeting = asked(office, "T1")
    with pytest.raises(ReasonMissing):
        refuse(office.people.secretary, request_of(meeting, "02"), reason="  ")
    refuse(office.people.secretary, request_of(meeting, "02"), reason="Phòng đang sửa")
    assert request_of(meeting, "02").state == State.REFUSED
    assert Notice.objects.get(kind="request.refused").data["reason"] == "Phòng đang sửa"


def test_a_question_can_be_taken_back_and_put_again(office: Office) -> None:
    meeting = asked(office, "T1")
    withdraw(office.city, request_of(meeting, "02"))
    (again,) = ask(office.city, meeting, ["T1", "T2"])
    (joined,) = ask(office.city, meeting, ["T1"])
    assert joined == again
    assert again.endpoints.count() == 2
    assert sorted(UsageRequest.objects.values_list("state", flat=True)) == ["pending", "withdrawn"]


def test_who_may_decide_and_who_may_take_back(office: Office) -> None:
    request = request_of(asked(office, "H026"), "026")
    assert request_for(office.highland, request.pk, decides=True) == request
    assert request_for(office.people.secretary, request.pk, decides=True) == request
    with pytest.raises(Forbidden):
        request_for(office.city, request.pk, decides=True)
    with pytest.raises(Forbidden):
        request_for(office.highland, request.pk, decides=False)
    with pytest.raises(NotFound):
        request_for(office.people.outsider, request.pk, decides=True)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(10), at(17, day=4)),
        # Thursday: Friday, then Monday and Tuesday.
        (at(10, day=4), at(17, day=9)),
    ],
)
def test_an_owner_has_three_working_days(now: dt.datetime, until: dt.datetime) -> None:
    assert deadline(now, at(8, day=20)) == until
    assert deadline(now, at(8, day=5) if now == at(10, day=4) else at(14)) == (
        at(8, day=5) if now == at(10, day=4) else at(14)
    )


def test_what_nobody_answers_lapses_once_and_is_told(office: Office) -> None:
    meeting = asked(office, "T1", "H026")
    until = request_of(meeting, "02").expires_at
    assert lapse_requests(until - dt.timedelta(seconds=1)) == 0
    assert lapse_requests(until) == 2
    assert lapse_requests(until) == 0
    assert set(UsageRequest.objects.values_list("state", flat=True)) == {"lapsed"}
    assert told("request.lapsed") == ["city", "city"]
    entry = Entry.objects.filter(verb="request.lapsed").first()
    assert entry is not None
    assert entry.actor_id is None


def test_a_meeting_that_began_asks_nobody(office: Office) -> None:
    meeting = asked(office, "T1")
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now - dt.timedelta(hours=1), ends_at=now)
    with pytest.raises(InThePast):
        ask(office.city, meeting, ["H026"])


def test_questions_follow_a_meeting_that_is_moved_and_their_owners_are_told(office: Office) -> None:
    meeting = asked(office, "T1")
    soon = dt.datetime.now(VIETNAM).replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=30)
    change_meeting(
        office.city, meeting, version=1, changes=Changes(starts_at=soon, ends_at=soon + dt.timedelta(hours=1))
    )
    assert request_of(meeting, "02").expires_at <= soon
    assert told("request.asked") == ["administrator", "administrator", "secretary", "secretary"]
    approve(office.people.secretary, request_of(meeting, "02"))
    assert set(BookedEndpoint.objects.values_list("starts_at", flat=True)) == {soon - dt.timedelta(hours=1)}


def test_another_title_is_nothing_to_the_owners(office: Office) -> None:
    meeting = asked(office, "T1")
    change_meeting(office.city, meeting, version=1, changes=Changes(title="Khác"))
    assert len(told("request.asked")) == 2


def test_who_lent_endpoints_is_told_when_they_move(office: Office) -> None:
    meeting = asked(office, "H026")
    approve(office.highland, request_of(meeting, "026"))
    change_meeting(office.city, meeting, version=2, changes=Changes(starts_at=at(13), ends_at=at(14)))
    assert told("request.moved") == ["highland"]


@pytest.mark.parametrize("act", [cancel_meeting, postpone_meeting])
def test_questions_end_with_the_meeting(office: Office, act: object) -> None:
    meeting = asked(office, "T1")
    act(office.city, meeting)  # type: ignore[operator]
    assert request_of(meeting, "02").state == State.WITHDRAWN
    with pytest.raises(RequestDecided):
        approve(office.people.secretary, request_of(meeting, "02"))


def test_a_postponed_meeting_of_others_endpoints_asks_anew_and_an_approval_schedules_it(office: Office) -> None:
    meeting = asked(office, "T1", own=())
    approve(office.people.secretary, request_of(meeting, "02"))
    meeting = postpone_meeting(office.city, meeting)
    meeting = change_meeting(
        office.city, meeting, version=meeting.version, changes=Changes(starts_at=at(13), ends_at=at(14))
    )
    (again,) = ask(office.city, meeting, ["T1"])
    approve(office.people.secretary, again)
    meeting.refresh_from_db()
    assert (meeting.status, meeting.revision) == ("scheduled", 2)
    assert BookedEndpoint.objects.get(released=False).starts_at == at(12)


def test_a_draft_with_endpoints_of_its_own_is_booked_whole_by_the_first_approval(office: Office) -> None:
    meeting = create_meeting(office.city, city_plan(office, "H024"), draft=True)
    ask(office.city, meeting, ["T1"])
    approve(office.people.secretary, request_of(meeting, "02"))
    meeting.refresh_from_db()
    assert (meeting.status, booked_codes(meeting)) == ("scheduled", ["T1", "H024"])


def test_booking_the_draft_oneself_keeps_the_questions(office: Office) -> None:
    meeting = create_meeting(office.city, city_plan(office, "H024"), draft=True)
    ask(office.city, meeting, ["T1"])
    book_draft(office.city, meeting)
    assert request_of(meeting, "02").state == State.PENDING
