"""Acts of a reorganisation on the small network: by hand, ahead of its day, against what is booked, and refused."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.decision import Role
from accounts.errors import Forbidden, NotFound
from accounts.models import Membership, Person, Succession, Unit, User
from accounts.units.lineage import line_of, lineage
from accounts.units.rows import UnitLine
from audit.models import Entry
from meetings.planning.access import meetings_visible_to
from meetings.planning.models import Meeting
from meetings.reports.selectors import attendance_report
from rooms.models import BookedEndpoint, BookedPorts, Bridge, Endpoint, EndpointGroup, EndpointPlace, Reorganisation
from rooms.places import as_on
from rooms.reorganisation.actions.carrying_out import begin, carry_out, take_effect_where_due, throw_away
from rooms.reorganisation.actions.drafting import (
    EndpointWish,
    add_by_hand,
    decide_endpoints,
    decide_units,
    read_into,
    take_suggestions,
)
from rooms.reorganisation.errors import (
    ReorganisationBlocked,
    ReorganisationDone,
    ReorganisationEmpty,
    ReorganisationUndecided,
    UnitNotThere,
)
from rooms.reorganisation.rows import ReorganisationRejected
from rooms.reorganisation.selectors import coming_shares, concerned, reorganisation_for, scene_of, stops
from tests.people import People, at, make_unit
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db

MERGED = UnitLine(0, "00691", "Phường Hà Giang 2", "phường", "commune", "024", None, None)
PAST = dt.date(2025, 7, 1)


def merger(people: People, on: dt.date = PAST) -> Reorganisation:
    """The two wards of the city become one, under the code of the second."""
    made = begin(people.administrator, "Nhập hai phường", on)
    add_by_hand(people.administrator, made, ["00688", "00691"], MERGED)
    return made


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_merger_by_hand_passes_everything_on_and_leaves_the_past_its_names(people: People) -> None:
    old = {code: people.network.units[code] for code in ("00688", "00691")}
    Membership.objects.create(user=people.nobody, role=Role.SECRETARIAT, unit=old["00688"])
    Membership.objects.create(user=people.nobody, role=Role.SECRETARIAT, unit=old["00691"])
    EndpointGroup.objects.create(name="Phường", unit=old["00688"])
    EndpointGroup.objects.create(name="Phường", unit=old["00691"])
    before = make_meeting(
        people,
        starts_at=at(8, day=15, month=5, year=2025),
        status=Meeting.Status.CLOSED,
        endpoints=("X00688", "X00691"),
        unit="00688",
    )
    invite(before, people, "nobody", "X00691")
    report = attendance_report(before)
    coming = make_meeting(people, endpoints=("X00688",), unit="00688")

    carry_out(people.administrator, merger(people))

    new = Unit.objects.get(code="00691", valid_to=None)
    assert new.name == "Phường Hà Giang 2"
    assert {each.valid_to for each in Unit.objects.filter(pk__in=[unit.pk for unit in old.values()])} == {PAST}
    names = dict(Endpoint.objects.filter(unit=new).values_list("code", "name"))
    assert names == {"X00691": "Phường Hà Giang 2", "X00688": "Phường Hà Giang 2 (Quang Trung)"}
    assert list(fresh(people.nobody).memberships.values_list("unit", flat=True)) == [new.pk]
    assert Person.objects.get(user=people.nobody).unit == new
    groups = EndpointGroup.objects.filter(unit=new).order_by("pk").values_list("name", flat=True)
    assert groups[0] == "Phường"
    assert groups[1].startswith("Phường (Trần Phú")
    assert {meeting.pk for meeting in meetings_visible_to(fresh(people.nobody))} >= {before.pk, coming.pk}
    assert Meeting.objects.get(pk=coming.pk).unit == new
    assert Meeting.objects.get(pk=before.pk).unit == old["00688"]
    assert attendance_report(Meeting.objects.get(pk=before.pk)) == report
    assert [(kin.unit.code, kin.steps, kin.share) for kin in lineage(new)] == [
        ("00688", -1, "whole"),
        ("00691", -1, "whole"),
    ]
    assert set(line_of(old["00688"])) == {old["00688"].pk, new.pk}
    assert Entry.objects.filter(chain__name="network", verb="reorganisation.carried_out").count() == 1


def test_every_endpoint_has_exactly_one_place_on_every_day(people: People) -> None:
    carry_out(people.administrator, merger(people))
    again = begin(people.administrator, "Đổi tên", dt.date(2026, 3, 1))
    renamed = UnitLine(0, "00691", "Phường Trần Phú", "phường", "commune", "024", None, None)
    add_by_hand(people.administrator, again, ["00691"], renamed)
    carry_out(people.administrator, again)
    endpoint = Endpoint.objects.get(code="X00688")
    places = list(EndpointPlace.objects.filter(endpoint=endpoint).order_by("valid_from"))
    assert [(each.valid_from, each.valid_to) for each in places] == [
        (endpoint.valid_from, PAST),
        (PAST, dt.date(2026, 3, 1)),
    ]
    days = [dt.date(2025, 6, 30), PAST, dt.date(2026, 2, 28), dt.date(2026, 3, 1)]
    rows = Endpoint.objects.select_related("tier", "unit").filter(pk=endpoint.pk)
    assert [as_on(rows, day)[0].name for day in days] == [
        "Phường Quang Trung",
        "Phường Hà Giang 2 (Quang Trung)",
        "Phường Hà Giang 2 (Quang Trung)",
        "Phường Hà Giang 2 (Quang Trung)",
    ]
    assert [as_on(rows, day)[0].unit.name for day in days] == [
        "Phường Quang Trung",
        "Phường Hà Giang 2",
        "Phường Hà Giang 2",
        "Phường Trần Phú",
    ]


def test_an_earlier_day_than_the_last_change_is_refused(people: People) -> None:
    carry_out(people.administrator, merger(people, dt.date(2026, 3, 1)))
    earlier = begin(people.administrator, "Trước đó", PAST)
    decide_endpoints(people.administrator, earlier, ["X00691"], EndpointWish(decision="follow", name="Hội trường"))
    with pytest.raises(ReorganisationBlocked):
        carry_out(people.administrator, earlier)


def test_ahead_of_its_day_units_are_written_and_the_rest_follows_on_the_day(people: People) -> None:
    today = timezone.localdate()
    day = today + dt.timedelta(days=30)
    made = merger(people, day)
    old = people.network.units["00688"]
    carry_out(people.administrator, made)
    assert Unit.objects.valid(on=today).filter(code="00688").exists()
    assert Unit.objects.valid(on=day).get(code="00691").name == "Phường Hà Giang 2"
    assert Endpoint.objects.get(code="X00688").unit == old
    assert take_effect_where_due(today) == 0
    assert take_effect_where_due(day) == 1
    assert take_effect_where_due(day) == 0
    assert Endpoint.objects.get(code="X00688").unit.name == "Phường Hà Giang 2"
    assert Entry.objects.filter(chain__name="network", verb="reorganisation.took_effect").count() == 1


def test_a_draft_is_carried_out_once_and_then_stands(people: People) -> None:
    made = merger(people)
    assert carry_out(people.administrator, made) is not None
    assert carry_out(people.administrator, made) is None
    assert Succession.objects.count() == 2
    for act in (
        lambda: throw_away(people.administrator, made),
        lambda: take_suggestions(people.administrator, made),
        lambda: read_into(people.administrator, made, b"old_code,new_code\n00688,00691\n", "a.csv"),
    ):
        with pytest.raises(ReorganisationDone):
            act()


def test_what_is_undecided_or_empty_is_not_carried_out(people: People) -> None:
    made = begin(people.administrator, "Chia", PAST)
    with pytest.raises(ReorganisationEmpty):
        carry_out(people.administrator, made)
    read_into(people.administrator, made, b"old_code,new_code,share\n00688,00691,part\n00688,00715,part\n", "a.csv")
    with pytest.raises(ReorganisationUndecided) as refused:
        carry_out(people.administrator, made)
    assert refused.value.params == {"units": 1, "endpoints": 1}
    line = made.passing_units.get()
    assert decide_units(people.administrator, made, [line.pk], "pass", "00715") == 1
    carry_out(people.administrator, made)
    old = people.network.units["00688"]
    shares = {row.new.code: (row.share, row.inherits) for row in Succession.objects.filter(old=old)}
    assert shares == {"00691": ("part", False), "00715": ("part", True)}
    assert Endpoint.objects.get(code="X00688").name == "Xã Lũng Cú (Quang Trung)"


def test_a_unit_with_people_does_not_end_without_an_heir(people: People) -> None:
    made = begin(people.administrator, "Đóng", PAST)
    read_into(people.administrator, made, b"old_code,new_code,share\n00691,00688,part\n", "a.csv")
    line = made.passing_units.get()
    decide_units(people.administrator, made, [line.pk], "close")
    decide_endpoints(people.administrator, made, ["X00691"], EndpointWish(decision="close"))
    assert {each.reason for each in scene_of(people.administrator, made).plan.problems} == {"still_held"}


def test_an_endpoint_that_a_meeting_needs_does_not_close_before_it(people: People) -> None:
    meeting = make_meeting(people, endpoints=("T1", "X00715"))
    made = begin(people.administrator, "Đóng điểm cầu", timezone.localdate())
    decide_endpoints(people.administrator, made, ["X00715"], EndpointWish(decision="close"))
    plan, shares = scene_of(people.administrator, made).plan, coming_shares(made.on)
    assert [(stop.kind, stop.endpoint, stop.booking) for stop in stops(plan, shares)] == [
        ("closed", "X00715", meeting.booking_id)
    ]
    assert [each.booking for each in concerned(plan, shares)] == [meeting.booking_id]
    with pytest.raises(ReorganisationBlocked):
        carry_out(people.administrator, made)
    assert Endpoint.objects.get(code="X00715").valid_to is None
    later = timezone.localdate(meeting.ends_at) + dt.timedelta(days=1)
    decide_endpoints(people.administrator, made, ["X00715"], EndpointWish(decision="close", closes_on=later))
    carry_out(people.administrator, made)
    assert Endpoint.objects.get(code="X00715").valid_to == later


def test_a_bridge_that_would_be_short_on_a_booked_day_is_refused(people: People) -> None:
    """MCU-02 has 4 ports: H026, X00715 and the link take three; two more are one too many."""
    make_meeting(people, endpoints=("T1", "H026", "X00715", "X00688", "X00691"))
    made = begin(people.administrator, "Sang MCU-02", timezone.localdate())
    other = Bridge.objects.get(code="MCU-02")
    decide_endpoints(people.administrator, made, ["X00688", "X00691"], EndpointWish(decision="follow", bridge=other))
    found = stops(scene_of(people.administrator, made).plan, coming_shares(made.on))
    assert {(stop.kind, stop.bridge, stop.capacity, stop.level) for stop in found} == {("ports", "MCU-02", 4, 5)}
    with pytest.raises(ReorganisationBlocked):
        carry_out(people.administrator, made)
    assert not EndpointPlace.objects.exists()
    decide_endpoints(people.administrator, made, ["X00691"], EndpointWish(decision="follow"))
    carry_out(people.administrator, made)
    assert Endpoint.objects.get(code="X00688").bridge == other
    assert Endpoint.objects.get(code="X00691").bridge == Bridge.objects.get(code="MCU-01")


def test_ports_that_were_written_down_move_with_the_endpoint(people: People) -> None:
    meeting = make_meeting(people, endpoints=("T1", "X00688"))
    bridges = people.network.bridges
    shares = BookedEndpoint.objects.filter(booking=meeting.booking_id)
    assert list(BookedPorts.objects.values_list("bridge__code", "ports", "links")) == [("MCU-01", 2, 0)]
    made = begin(people.administrator, "Sang MCU-02", timezone.localdate())
    wish = EndpointWish(decision="follow", bridge=bridges["MCU-02"])
    decide_endpoints(people.administrator, made, ["X00688"], wish)
    carry_out(people.administrator, made)
    assert dict(shares.values_list("endpoint__code", "bridge__code")) == {"T1": "MCU-01", "X00688": "MCU-02"}
    taken = BookedPorts.objects.order_by("bridge__code").values_list("bridge__code", "ports", "links")
    assert list(taken) == [("MCU-01", 2, 0), ("MCU-02", 2, 1)]


def test_what_was_booked_meanwhile_keeps_its_endpoint_on_the_old_bridge(people: People) -> None:
    day = timezone.localdate() + dt.timedelta(days=30)
    made = begin(people.administrator, "Sang MCU-02", day)
    wish = EndpointWish(decision="follow", bridge=Bridge.objects.get(code="MCU-02"))
    decide_endpoints(people.administrator, made, ["X00688", "X00691"], wish)
    carry_out(people.administrator, made)
    make_meeting(people, endpoints=("T1", "H026", "X00715", "X00688", "X00691"))
    take_effect_where_due(day)
    made.refresh_from_db()
    assert made.left_over == ["X00688", "X00691"]
    assert {row.bridge.code for row in Endpoint.objects.filter(code__in=made.left_over) if row.bridge} == {"MCU-01"}


def test_units_out_of_reach_are_neither_taken_nor_given(people: People) -> None:
    outsider = people.outsider
    Membership.objects.create(user=outsider, role=Role.ADMINISTRATOR, unit=people.network.units["04"])
    made = merger(people)
    with pytest.raises(NotFound):
        reorganisation_for(fresh(outsider), made.pk)
    with pytest.raises(Forbidden):
        reorganisation_for(people.secretary, made.pk)
    theirs = begin(fresh(outsider), "Của tỉnh bên", PAST)
    with pytest.raises(UnitNotThere):
        add_by_hand(fresh(outsider), theirs, ["00688"], MERGED)
    with pytest.raises(UnitNotThere):
        decide_endpoints(fresh(outsider), theirs, ["X00688"], EndpointWish(decision="close"))
    make_unit("00990", "Xã Bên", "xã", "commune", people.network.units["04"])
    add_by_hand(
        people.administrator, made, ["00715"], UnitLine(0, "00990", "Xã Bên", "xã", "commune", "02", None, None)
    )
    assert "beyond_reach" in {each.reason for each in scene_of(people.administrator, made).plan.problems}


def test_a_file_is_taken_whole_or_not_at_all(people: People) -> None:
    made = begin(people.administrator, "Tệp", PAST)

    def refused(text: str) -> list[tuple[int, str]]:
        with pytest.raises(ReorganisationRejected) as error:
            read_into(people.administrator, made, text.encode(), "a.csv")
        return [(each.row, each.reason) for each in error.value.problems]

    assert refused("old_code,new_code\n00715,00715\n688,00691\n") == [(3, "zeros_lost")]
    assert refused("old_code,new_code\n99999,00691\n") == [(2, "no_unit_of_ours")]
    assert refused("endpoint,new_bridge\nX9,\nX00688,MCU-9\n") == [(2, "endpoint_missing"), (3, "bridge_missing")]
    assert not made.passing_units.exists()
    taken = read_into(people.administrator, made, b"old_code,new_code\n99999,1\n00688,00691\n", "a.csv")
    assert (taken.rows, taken.ignored) == (1, 1)
    endpoints = "Điểm cầu,Tên mới,MCU mới,Đóng từ ngày\nX00715,Hội trường,,\nX00691,,,01/09/2031\n"
    assert read_into(people.administrator, made, endpoints.encode(), "b.csv").kind == "endpoints"
    plan = scene_of(people.administrator, made).plan
    assert plan.moves["X00715"].name == "Hội trường"
    assert plan.moves["X00691"].closes_on == dt.date(2031, 9, 1)


def test_a_draft_that_is_thrown_away_leaves_nothing(people: People) -> None:
    made = merger(people)
    throw_away(people.administrator, made)
    assert not Reorganisation.objects.exists()
    assert Unit.objects.filter(valid_to=None).count() == 7
