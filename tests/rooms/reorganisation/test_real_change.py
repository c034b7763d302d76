"""The reorganisation of 1 July 2025 with the real files: Hà Giang passes into the new Tuyên Quang."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.decision import Right, Role
from accounts.models import Membership, Person, Succession, Unit, User
from accounts.selectors import scope_filter
from accounts.units.lineage import lineage
from meetings.demo.network import build_network
from meetings.planning.access import meetings_visible_to
from meetings.planning.models import Meeting, Participant
from meetings.reports.selectors import attendance_report, report_row
from rooms.actions import reserve
from rooms.models import BookedEndpoint, Booking, Endpoint, Reorganisation
from rooms.reorganisation.actions.carrying_out import begin, carry_out
from rooms.reorganisation.actions.drafting import (
    EndpointWish,
    decide_endpoints,
    read_into,
    take_suggestions,
)
from rooms.reorganisation.errors import ReorganisationUndecided
from rooms.reorganisation.selectors import scene_of
from rooms.selectors import choose, read_selection
from rooms.wishes import BookingRequest
from tests.people import make_tier

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 7, 1)
VIETNAM = dt.timezone(dt.timedelta(hours=7))


def data(name: str) -> bytes:
    return Path(settings.BASE_DIR, "data", name).read_bytes()


@pytest.fixture
def administrator() -> User:
    for rank, code in enumerate(("central", "province", "district", "commune")):
        make_tier(code, code, code, rank)
    network = build_network("02")
    user = User.objects.create_user("quan", first_name="Trần Văn Quản")
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR, unit=network.province)
    return user


def fresh(user: User) -> User:
    """The account as the next request loads it."""
    return User.objects.get(pk=user.pk)


def last_year(user: User) -> Meeting:
    """A closed meeting of May 2025 at Đồng Văn and two of its communes, with somebody expected at each."""
    province = Unit.objects.get(code="02")
    start = dt.datetime(2025, 5, 15, 8, tzinfo=VIETNAM)
    end = start + dt.timedelta(hours=2)
    facts = {"starts_at": start, "ends_at": end}
    booking = Booking.objects.create(
        title="Giao ban", unit=province, owner=user, hold_starts_at=start, hold_ends_at=end, **facts
    )
    meeting = Meeting.objects.create(
        title="Giao ban", unit=province, booking=booking, status=Meeting.Status.CLOSED, created_by=user, **facts
    )
    for code in ("H026", "X00715", "X00718"):
        endpoint = Endpoint.objects.get(code=code)
        BookedEndpoint.objects.create(booking=booking, endpoint=endpoint, **facts)
        person = Person.objects.create(full_name=f"Người {code}", unit=endpoint.unit)
        Participant.objects.create(
            meeting=meeting, person=person, full_name=person.full_name, unit_name=endpoint.unit.name, endpoint=endpoint
        )
    return meeting


def draft(administrator: User) -> Reorganisation:
    made = begin(administrator, "Sắp xếp 1/7/2025", DAY)
    taken = read_into(administrator, made, data("reorganisation-2025-07.csv"), "reorganisation-2025-07.csv")
    assert (taken.kind, taken.rows, taken.ignored) == ("mapping", 193, 9837)
    assert read_into(administrator, made, data("units-2025-07.csv"), "units-2025-07.csv").rows == 3355
    made.refresh_from_db()
    return made


def test_what_is_undecided_is_found_and_nothing_happens_before_it_is_decided(administrator: User) -> None:
    made = draft(administrator)
    open_units = made.passing_units.filter(decision="")
    assert {row.unit.tier for row in open_units} == {"commune", "district", "province"}
    divided = sorted(row.unit.code for row in open_units if row.unit.tier == "commune")
    assert divided == ["00688", "00967", "00988"]
    assert open_units.count() == 3 + 11 + 1
    before = list(Unit.objects.order_by("pk").values_list())
    with pytest.raises(ReorganisationUndecided):
        carry_out(administrator, made)
    assert list(Unit.objects.order_by("pk").values_list()) == before


def test_ha_giang_passes_into_the_new_tuyen_quang(administrator: User) -> None:
    meeting = last_year(administrator)
    report_before = report_row(attendance_report(meeting))
    made = draft(administrator)
    while take_suggestions(fresh(administrator), made):
        pass
    rooms = [row.endpoint.code for row in made.endpoint_changes.filter(decision="")]
    assert rooms == []
    decide_endpoints(administrator, made, ["H035"], EndpointWish(decision="close"))
    plan = scene_of(administrator, made).plan
    assert (plan.undecided, plan.problems) == (0, [])
    assert (len(plan.ends), len(plan.opens)) == (193 + 11 + 1, 124 + 1)

    assert carry_out(administrator, made) is not None
    assert carry_out(administrator, made) is None

    assert Unit.objects.valid(on=DAY).filter(tier="district").count() == 0
    assert Unit.objects.valid(on=DAY - dt.timedelta(days=1)).filter(tier="district").count() == 11
    new = Unit.objects.get(code="08", valid_to=None)
    assert Unit.objects.valid(on=DAY).filter(parent=new).count() == 124
    assert Succession.objects.filter(inherits=True).count() == 193 + 11 + 1
    assert Succession.objects.filter(old__tier="commune").values("new").distinct().count() == 73
    assert Endpoint.objects.get(code="X00715").name == "Xã Lũng Cú"
    assert Endpoint.objects.get(code="X00718").name == "Xã Lũng Cú (Má Lé)"
    assert Endpoint.objects.get(code="H026").unit.name == "Xã Đồng Văn"
    assert Endpoint.objects.get(code="H035").valid_to == DAY

    user = fresh(administrator)
    assert list(user.memberships.values_list("unit__code", flat=True)) == ["08"]
    reached = Endpoint.objects.filter(scope_filter(user, Right.MANAGE_NETWORK, "unit__path"))
    assert reached.count() == 193 + 11 + 4
    assert meetings_visible_to(user).filter(pk=meeting.pk).exists()
    assert report_row(attendance_report(meeting)) == report_before
    lung_cu = Unit.objects.get(code="00715", valid_to=None)
    assert {kin.unit.name for kin in lineage(lung_cu)} >= {"Xã Lũng Cú", "Xã Má Lé"}


def test_new_bookings_go_by_the_new_units(administrator: User) -> None:
    made = draft(administrator)
    while take_suggestions(fresh(administrator), made):
        pass
    carry_out(administrator, made)
    user = fresh(administrator)
    day = timezone.localdate() + dt.timedelta(days=3)
    chosen = choose(user, read_selection({"under": "00715"}), right=Right.BOOK, on=day)
    assert {"X00715", "X00718"} <= set(chosen)
    start = timezone.make_aware(dt.datetime.combine(day, dt.time(8)))
    unit = Unit.objects.get(code="00715", valid_to=None)
    request = BookingRequest(
        title="Giao ban", unit=unit, endpoints=chosen, starts_at=start, ends_at=start + dt.timedelta(hours=1)
    )
    assert reserve(user, request).booked_endpoints.count() == len(chosen)
