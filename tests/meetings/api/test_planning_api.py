"""/api/v1/meetings: from the wish to the archive, as programs see it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from meetings.planning.models import Meeting
from rooms.models import BookedEndpoint
from tests.api import Answer, Api, meeting_body
from tests.people import People
from tests.rooms.networks import add_endpoints
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


def created(api: Api, **fields: object) -> int:
    answer = api.post("/meetings", meeting_body(**fields))
    assert answer.status == 201, answer.body
    return int(answer.body["id"])


def fields_of(answer: Answer) -> object:
    return answer.status, answer.code, answer.body["params"].get("fields")


def test_a_meeting_is_answered_whole(api: Api) -> None:
    answer = api.post("/meetings", meeting_body())
    pk = Meeting.objects.get().pk
    assert (answer.status, answer.body) == (
        201,
        {
            "id": pk,
            "title": "Hội nghị giao ban trực tuyến",
            "status": "scheduled",
            "version": 1,
            "number": "",
            "starts_at": "2031-12-01T08:00:00+07:00",
            "ends_at": "2031-12-01T10:00:00+07:00",
            "setup_minutes": 60,
            "teardown_minutes": 0,
            "local": False,
            "unit": "02",
            "unit_name": "Tỉnh Hà Giang",
            "host_endpoint": "T1",
            "chair": None,
            "booking": {"endpoints": 4, "ports": {"MCU-01": 4, "MCU-02": 2}},
            "opened_at": None,
            "closed_at": None,
            "reason": "",
            "skipped": [],
            "warnings": [],
            "series": None,
        },
    )
    of_booking = {"skipped", "warnings", "series"}
    assert api.get(f"/meetings/{pk}").body == {key: v for key, v in answer.body.items() if key not in of_booking}


def test_a_whole_province_is_all_its_endpoints(api: Api) -> None:
    answer = api.post("/meetings", meeting_body(selection={"under": "02"}))
    assert answer.body["booking"] == {"endpoints": 7, "ports": {"MCU-01": 6, "MCU-02": 3}}


def test_what_stands_in_the_way_is_said_item_by_item_and_nothing_is_booked(api: Api) -> None:
    first = created(api)
    shares = BookedEndpoint.objects.count()
    answer = api.post("/meetings", meeting_body(title="Thứ hai", selection={"under": "026"}, host_endpoint=None))
    assert (answer.status, answer.code) == (409, "booking_conflict")
    assert answer.body["params"] == {
        "conflicts": [
            {
                "kind": "endpoint_busy",
                "endpoint": "X00715",
                "endpoint_name": "Xã Lũng Cú",
                "booking": Meeting.objects.get().booking_id,
                "meeting": {"id": first, "title": "Hội nghị giao ban trực tuyến"},
                "owner": {"name": "Nguyễn Thị Lan", "phone": "0219.000.0001", "unit": "Tỉnh Hà Giang"},
                "held": False,
                "starts_at": "2031-12-01T07:00:00+07:00",
                "ends_at": "2031-12-01T10:00:00+07:00",
                "overlap": {"starts_at": "2031-12-01T07:00:00+07:00", "ends_at": "2031-12-01T10:00:00+07:00"},
                "displaceable": False,
                "stays": "equal_tier",
            }
        ],
        "free_endpoints": ["H026"],
    }
    assert (Meeting.objects.count(), BookedEndpoint.objects.count()) == (1, shares)


def test_meetings_without_set_up_follow_each_other_at_once(api: Api) -> None:
    created(api, setup_minutes=0)
    following = meeting_body(
        setup_minutes=0, starts_at="2031-12-01T10:00:00+07:00", ends_at="2031-12-01T11:00:00+07:00"
    )
    assert api.post("/meetings", following).status == 201


def test_times_of_other_zones_mean_the_same_moment(api: Api) -> None:
    created(api, starts_at="2031-12-01T01:00:00Z", ends_at="2031-11-30T22:00:00-05:00")
    assert Meeting.objects.get().starts_at.isoformat() == "2031-12-01T01:00:00+00:00"
    assert api.post("/meetings", meeting_body()).status == 409


def test_check_says_what_post_would_meet_and_books_nothing(api: Api) -> None:
    created(api)
    body = meeting_body(selection={"under": "026"}, host_endpoint=None)
    checked = api.post("/meetings/check", body)
    assert (checked.status, checked.body["fits"], checked.body["free_endpoints"]) == (200, False, ["H026"])
    assert checked.body["conflicts"] == api.post("/meetings", body).body["params"]["conflicts"]
    assert Meeting.objects.count() == 1


def test_check_of_what_fits_shows_the_ports(api: Api) -> None:
    checked = api.post("/meetings/check", meeting_body())
    assert (checked.body["fits"], checked.body["conflicts"], checked.body["ports"]) == (
        True,
        [],
        [
            {
                "bridge": "MCU-01",
                "bridge_name": "Trung tâm tỉnh",
                "capacity": 10,
                "held": 0,
                "needed": 4,
                "remaining": 6,
            },
            {"bridge": "MCU-02", "bridge_name": "Cao nguyên đá", "capacity": 4, "held": 0, "needed": 2, "remaining": 2},
        ],
    )


def test_skip_books_what_is_free_and_names_the_rest(api: Api) -> None:
    created(api, selection={"endpoints": ["X00688"]}, host_endpoint=None)
    answer = api.post("/meetings", meeting_body(on_conflict="skip"))
    assert (answer.status, answer.body["booking"]["endpoints"], answer.body["skipped"]) == (201, 3, ["X00688"])


def test_a_draft_is_written_down_and_booked_later(api: Api) -> None:
    pk = created(api, draft=True)
    assert api.get(f"/meetings/{pk}").body["booking"] is None
    booked = api.post(f"/meetings/{pk}/book")
    assert (booked.status, booked.body["status"], booked.body["booking"]["endpoints"]) == (200, "scheduled", 4)


def test_the_life_of_a_meeting(api: Api) -> None:
    pk = created(api)
    answers = [api.post(f"/meetings/{pk}/{act}") for act in ("open", "close", "archive")]
    assert [(answer.status, answer.body["status"]) for answer in answers] == [
        (200, "open"),
        (200, "closed"),
        (200, "archived"),
    ]


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("close", "meeting_is_scheduled"),
        ("archive", "meeting_is_scheduled"),
        ("book", "meeting_already_scheduled"),
    ],
)
def test_an_act_out_of_its_time_is_a_conflict_with_its_reason(api: Api, act: str, reason: str) -> None:
    answer = api.post(f"/meetings/{created(api)}/{act}")
    assert (answer.status, answer.code, answer.body["params"]["reason"]) == (409, "act_impossible", reason)


def test_a_meeting_is_postponed_with_a_reason_moved_and_booked_again(api: Api) -> None:
    pk = created(api)
    postponed = api.post(f"/meetings/{pk}/postpone", {"reason": "Mưa lũ"})
    assert (postponed.body["status"], postponed.body["reason"], postponed.body["booking"]) == (
        "postponed",
        "Mưa lũ",
        None,
    )
    version = postponed.body["version"]
    moved = {"version": version, "starts_at": "2031-12-02T08:00:00+07:00", "ends_at": "2031-12-02T10:00:00+07:00"}
    assert api.patch(f"/meetings/{pk}", moved).status == 200
    assert api.post(f"/meetings/{pk}/book").body["status"] == "scheduled"


def test_a_cancelled_meeting_frees_its_rooms(api: Api) -> None:
    pk = created(api)
    assert api.post(f"/meetings/{pk}/cancel").body["status"] == "cancelled"
    assert api.post("/meetings", meeting_body()).status == 201


def test_a_patch_changes_what_it_names(api: Api) -> None:
    pk = created(api)
    answer = api.patch(f"/meetings/{pk}", {"version": 1, "title": "Tên mới", "setup_minutes": 30})
    assert (answer.status, answer.body["title"], answer.body["setup_minutes"], answer.body["version"]) == (
        200,
        "Tên mới",
        30,
        2,
    )
    assert answer.body["starts_at"] == "2031-12-01T08:00:00+07:00"


def test_a_stale_patch_is_a_conflict_that_shows_both_sides(api: Api) -> None:
    pk = created(api)
    api.patch(f"/meetings/{pk}", {"version": 1, "title": "Của người kia"})
    answer = api.patch(f"/meetings/{pk}", {"version": 1, "title": "Của tôi"})
    assert (answer.status, answer.code, answer.body["params"]["version"]) == (409, "stale_version", 2)
    assert answer.body["params"]["fields"] == {
        "title": {"before": "Hội nghị giao ban trực tuyến", "theirs": "Của người kia", "yours": "Của tôi"}
    }


def test_a_patch_that_does_not_fit_is_a_conflict_and_changes_nothing(api: Api) -> None:
    pk = created(api)
    created(api, starts_at="2031-12-01T13:00:00+07:00", ends_at="2031-12-01T15:00:00+07:00", setup_minutes=0)
    before = api.get(f"/meetings/{pk}").body
    answer = api.patch(f"/meetings/{pk}", {"version": 1, "title": "X", "ends_at": "2031-12-01T14:00:00+07:00"})
    assert (answer.status, answer.code, api.get(f"/meetings/{pk}").body) == (409, "booking_conflict", before)


def test_what_a_patch_would_meet_can_be_asked(api: Api) -> None:
    pk = created(api)
    created(api, starts_at="2031-12-01T13:00:00+07:00", ends_at="2031-12-01T15:00:00+07:00", setup_minutes=0)
    fits = api.post(f"/meetings/{pk}/check", {"version": 1, "ends_at": "2031-12-01T12:00:00+07:00"})
    meets = api.post(f"/meetings/{pk}/check", {"version": 1, "ends_at": "2031-12-01T14:00:00+07:00"})
    assert (fits.body["fits"], meets.body["fits"]) == (True, False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit": "99"}, (422, "unacceptable", {"unit": "unknown"})),
        ({"title": ""}, (422, "unacceptable", {"title": "too_short"})),
        ({"title": "   "}, (422, "unacceptable", {"title": "too_short"})),
        ({"title": "x" * 251}, (422, "unacceptable", {"title": "too_long"})),
        ({"title": "a\x00b"}, (422, "unacceptable", {"title": "control_character"})),
        ({"title": "a\nb"}, (422, "unacceptable", {"title": "control_character"})),
        ({"title": "a\ud800b"}, (400, "malformed", {"title": "string_unicode"})),
        ({"title": None}, (400, "malformed", {"title": "string_type"})),
        ({"starts_at": "2031-12-01T08:00:00"}, (422, "unacceptable", {"starts_at": "offset_missing"})),
        ({"starts_at": "2031-12-01"}, (422, "unacceptable", {"starts_at": "moment_format"})),
        ({"starts_at": "tomorrow"}, (422, "unacceptable", {"starts_at": "moment_format"})),
        ({"starts_at": "2031-02-30T08:00:00+07:00"}, (422, "unacceptable", {"starts_at": "moment_format"})),
        ({"starts_at": "2031-12-01T08:00:00+24:00"}, (422, "unacceptable", {"starts_at": "moment_format"})),
        ({"starts_at": "9999-12-31T23:59:59+07:00"}, (422, "unacceptable", {"starts_at": "out_of_range"})),
        ({"starts_at": "0001-01-01T00:00:00+07:00"}, (422, "unacceptable", {"starts_at": "out_of_range"})),
        ({"starts_at": 1954000000}, (400, "malformed", {"starts_at": "moment_type"})),
        ({"setup_minutes": -1}, (422, "unacceptable", {"setup_minutes": "out_of_range"})),
        ({"setup_minutes": 10**30}, (422, "unacceptable", {"setup_minutes": "out_of_range"})),
        ({"setup_minutes": 1.5}, (400, "malformed", {"setup_minutes": "int_type"})),
        ({"on_conflict": "overwrite"}, (422, "unacceptable", {"on_conflict": "not_a_choice"})),
        ({"selection": {"tiers": "commune"}}, (400, "malformed", {"selection.tiers": "list_type"})),
        ({"selection": {"tiers": [5]}}, (400, "malformed", {"selection.tiers.0": "string_type"})),
        (
            {"selection": {"endpoints": ["T\x001"]}},
            (422, "unacceptable", {"selection.endpoints.0": "control_character"}),
        ),
        ({"chair": 10**9}, (422, "unacceptable", {"chair": "unknown"})),
        ({"chair": 2**64}, (422, "unacceptable", {"chair": "out_of_range"})),
        ({"repeat": "FREQ=WEEKLY"}, (422, "unacceptable", {"repeat": "unknown"})),
    ],
)
def test_values_that_cannot_be_are_refused_by_name(
    api: Api, changes: dict[str, object], expected: tuple[int, str, dict[str, str]]
) -> None:
    answer = api.call("POST", "/meetings", raw=json.dumps(meeting_body(**changes)).encode())
    assert fields_of(answer) == expected
    assert Meeting.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_at": "2031-12-01T08:00:00+07:00"}, "end_before_start"),
        ({"ends_at": "2031-12-01T07:00:00+07:00"}, "end_before_start"),
        ({"ends_at": "2031-12-04T08:00:00+07:00"}, "booking_too_long"),
        ({"starts_at": "2020-12-01T08:00:00+07:00", "ends_at": "2020-12-01T10:00:00+07:00"}, "in_the_past"),
        ({"selection": {}}, "selection_empty"),
        ({"selection": {"endpoints": ["T1"], "except": ["T1"]}, "host_endpoint": None}, "selection_empty"),
        ({"selection": {"endpoints": ["T9"]}}, "selection_unknown"),
        ({"selection": {"endpoints": ["Y1"]}}, "selection_unknown"),
        ({"selection": {"under": "04"}}, "selection_unknown"),
        ({"selection": {"groups": ["Không có"]}}, "selection_unknown"),
        ({"host_endpoint": "Y1"}, "selection_unknown"),
        ({"selection": {"under": "026", "except": ["T1"]}}, "host_not_selected"),
    ],
)
def test_wishes_that_no_network_could_fulfil_are_not_acceptable(
    api: Api, changes: dict[str, object], code: str
) -> None:
    for path in ("/meetings", "/meetings/check"):
        answer = api.post(path, meeting_body(**changes))
        assert (answer.status, answer.code) == (422, code)
    assert api.post("/meetings", meeting_body(**changes, draft=True)).code == code
    assert Meeting.objects.count() == 0


def test_a_list_of_forty_thousand_codes_is_answered(api: Api) -> None:
    codes = [f"X{number:05}" for number in range(40_000)]
    answer = api.post("/meetings", meeting_body(selection={"endpoints": codes}))
    assert (answer.status, answer.code, len(answer.body["params"]["endpoints"])) == (422, "selection_unknown", 39_997)
    assert fields_of(api.post("/meetings", meeting_body(selection={"endpoints": [*codes, "T1"]}))) == (
        422,
        "unacceptable",
        {"selection.endpoints": "too_many"},
    )


def test_text_is_kept_in_one_normal_form(api: Api) -> None:
    created(api, title="Họp giao ban a\u0301")
    assert Meeting.objects.get().title == "Họp giao ban á"


@pytest.mark.parametrize(
    "changes", [{"title": None}, {"starts_at": None}, {"selection": None}, {"setup_minutes": None}]
)
def test_a_patch_to_nothing_is_not_acceptable(api: Api, changes: dict[str, object]) -> None:
    answer = api.patch(f"/meetings/{created(api)}", {"version": 1, **changes})
    assert fields_of(answer) == (422, "unacceptable", dict.fromkeys(changes, "required"))


def test_a_patch_without_its_version_is_not_acceptable(api: Api) -> None:
    answer = api.patch(f"/meetings/{created(api)}", {"title": "X"})
    assert fields_of(answer) == (422, "unacceptable", {"version": "required"})


def test_a_patch_cannot_touch_what_is_not_its_own(api: Api) -> None:
    """Mass assignment, threats.md, 21."""
    pk = created(api)
    for field in ("status", "id", "unit", "created_by", "opened_at", "booking", "revision"):
        assert api.patch(f"/meetings/{pk}", {"version": 1, field: 1}).status == 422
    assert Meeting.objects.get().version == 1


@pytest.mark.parametrize("name", ["chair", "delegate", "observer", "operator", "nobody"])
def test_who_may_not_book_is_refused(people: People, name: str) -> None:
    answer = Api(getattr(people, name)).post("/meetings", meeting_body())
    assert (answer.status, answer.code) == (403, "forbidden")


def test_a_secretary_does_not_book_for_another_province(people: People) -> None:
    answer = Api(people.outsider).post("/meetings", meeting_body())
    assert (answer.status, answer.code) == (403, "forbidden")


ACTS = ("open", "close", "archive", "cancel", "postpone", "book")


@pytest.mark.parametrize("name", ["outsider", "nobody", "delegate", "observer"])
def test_a_meeting_that_is_not_one_s_to_know_does_not_exist(people: People, api: Api, name: str) -> None:
    pk = created(api)
    other = Api(getattr(people, name))
    answers = [
        other.get(f"/meetings/{pk}"),
        other.patch(f"/meetings/{pk}", {"version": 1, "title": "X"}),
        other.get(f"/meetings/{pk}/participants"),
        other.post(f"/meetings/{pk}/participants", [{"endpoint": "T1", "full_name": "X"}]),
        other.get(f"/meetings/{pk}/agenda"),
        other.post(f"/meetings/{pk}/agenda", {"title": "X"}),
        *(other.post(f"/meetings/{pk}/{act}") for act in ACTS),
    ]
    assert {(answer.status, answer.code) for answer in answers} == {(404, "not_found")}
    assert other.get("/meetings").body == {"count": 0, "results": []}


@pytest.mark.parametrize("name", ["operator", "chair"])
def test_who_may_see_a_meeting_may_not_therefore_change_it(people: People, name: str) -> None:
    meeting = make_meeting(people)
    api = Api(getattr(people, name))
    assert api.get(f"/meetings/{meeting.pk}").status == 200
    answers = [
        api.patch(f"/meetings/{meeting.pk}", {"version": 1, "title": "X"}),
        api.post(f"/meetings/{meeting.pk}/cancel"),
        api.post(f"/meetings/{meeting.pk}/participants", [{"endpoint": "T1", "full_name": "X"}]),
        api.post(f"/meetings/{meeting.pk}/agenda", {"title": "X"}),
    ]
    assert {(answer.status, answer.code) for answer in answers} == {(403, "forbidden")}


def test_the_chair_opens_the_meeting(people: People) -> None:
    meeting = make_meeting(people)
    assert Api(people.chair).post(f"/meetings/{meeting.pk}/open").body["status"] == "open"


def test_the_journal_names_who_called(people: People, api: Api) -> None:
    created(api)
    assert set(Entry.objects.values_list("actor_id", flat=True)) - {None} == {people.secretary.pk}


def test_lists_are_parted_by_state_and_searched_without_marks(api: Api) -> None:
    first = created(api)
    second = created(
        api, title="Sơ kết nhà tạm", starts_at="2031-12-02T08:00:00+07:00", ends_at="2031-12-02T10:00:00+07:00"
    )
    draft = created(api, draft=True)
    api.post(f"/meetings/{first}/cancel")

    def ids(query: str) -> list[int]:
        return [row["id"] for row in api.get(f"/meetings?{query}").body["results"]]

    assert ids("tab=coming") == [second]
    assert ids("tab=drafts") == [draft]
    assert ids("tab=cancelled") == [first]
    assert ids("tab=past") == []
    assert ids("q=nha%20TAM") == [second]
    assert sorted(ids("")) == sorted([first, second, draft])


def test_an_unknown_part_of_the_list_is_said(api: Api) -> None:
    answer = api.get("/meetings?tab=future")
    assert (answer.status, answer.code) == (422, "tab_unknown")


@pytest.mark.parametrize("number", [1, 3, 208])
def test_a_list_of_meetings_takes_the_same_queries_whatever_its_length(people: People, api: Api, number: int) -> None:
    codes = add_endpoints(people.network, number, bridge="MCU-01")
    for code in codes:
        make_meeting(people, endpoints=[code])
    api.get("/meetings")
    with CaptureQueriesContext(connection) as queries:
        answer = api.get("/meetings")
    assert (answer.body["count"], len(queries)) == (number, 7)


@pytest.mark.parametrize("number", [1, 3, 208])
def test_a_meeting_takes_the_same_queries_whatever_its_endpoints(people: People, api: Api, number: int) -> None:
    meeting = make_meeting(people, endpoints=["T1", *add_endpoints(people.network, number)])
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(f"/meetings/{meeting.pk}")
    assert (answer.body["booking"]["endpoints"], len(queries)) == (number + 1, 5)
