"""`manage.py demo`: the province of the pictures, built once for all tests here, and one with an island district."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.decision import Role
from accounts.models import Person, Unit, User
from audit.models import Chain
from meetings.agenda.models import Item
from meetings.attendance.models import CheckIn
from meetings.documents.models import Document
from meetings.documents.storage import Area, path_of
from meetings.invitations.models import Letter
from meetings.planning.models import Meeting, Participant
from meetings.reports.selectors import attendance_report
from rooms.actions import check
from rooms.models import Booking, Bridge, Closure, Endpoint, EndpointGroup
from rooms.scheduling.conflicts import EndpointBusy, EndpointClosed, PortsExhausted
from rooms.wishes import BookingRequest
from tests.people import make_tier

Status = Meeting.Status


@dataclass(frozen=True)
class Built:
    said: str
    media: Path
    now: dt.datetime


def build(province: str) -> str:
    for rank, code in enumerate(("central", "province", "district", "commune")):
        make_tier(code, code, code, rank)
    out = StringIO()
    call_command("demo", province=province, people=1, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    media = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.MEDIA_ROOT", media)
            said = build("02")
        yield Built(said, media, timezone.now())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def its_storage(own_storage: None, settings: Settings, request: pytest.FixtureRequest) -> None:
    if "demo" in request.fixturenames:
        settings.MEDIA_ROOT = request.getfixturevalue("demo").media


def opened() -> Meeting:
    return Meeting.objects.select_related("booking", "chair", "unit").get(status=Status.OPEN)


def tourism() -> Meeting:
    return Meeting.objects.get(number="214/GM-UBND")


def whole_province(start: dt.datetime, minutes: int = 150) -> BookingRequest:
    return BookingRequest(
        title="Cả tỉnh",
        unit=Unit.objects.get(code="02"),
        endpoints=list(Endpoint.objects.values_list("code", flat=True)),
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=minutes),
        host_endpoint="T1",
    )


def test_the_network_has_208_endpoints_on_four_bridges(demo: Built) -> None:
    tiers = Counter(Endpoint.objects.values_list("tier_id", flat=True))
    assert tiers == {"province": 4, "district": 11, "commune": 193}
    assert [Endpoint.objects.get(code=code).name for code in ("T1", "H026", "X00715")] == [
        "UBND tỉnh – Phòng họp trực tuyến",
        "Huyện Đồng Văn",
        "Xã Lũng Cú",
    ]
    on_bridges = (
        Bridge.objects.annotate(number=Count("endpoints")).values_list("code", "ports", "number").order_by("code")
    )
    assert list(on_bridges) == [("MCU-01", 96, 52), ("MCU-02", 80, 72), ("MCU-03", 48, 44), ("MCU-04", 48, 40)]
    assert not Endpoint.objects.filter(contact=None).exists()
    groups = EndpointGroup.objects.annotate(number=Count("endpoints"))
    assert dict(groups.values_list("name", "number"))["Cấp tỉnh và cấp huyện"] == 15


def test_everybody_is_invented(demo: Built) -> None:
    people = Person.objects.all()
    assert people.filter(is_demo=True).count() == people.count()
    assert people.exclude(email__endswith="example.vn").count() == 0
    assert people.exclude(phone__startswith="0219.000.").count() == 0


def test_the_accounts_let_in_with_their_roles(demo: Built) -> None:
    for username, role, code in (
        ("admin", Role.ADMINISTRATOR, "02"),
        ("thuky", Role.SECRETARIAT, "02"),
        ("chutoa", Role.CHAIR, "02"),
        ("daibieu", Role.DELEGATE, "026"),
        ("kythuat", Role.OPERATOR, "00715"),
        ("theodoi", Role.OBSERVER, "02"),
        ("thuky2", Role.SECRETARIAT, "026"),
    ):
        user = authenticate(request=None, username=username, password="demo")
        assert isinstance(user, User), username
        assert list(user.memberships.values_list("role", "unit__code")) == [(role, code)]
        assert f"\n  {username:8} " in demo.said


def test_accounts_that_only_own_bookings_let_nobody_in(demo: Built) -> None:
    assert not User.objects.get(username="sonoivu").has_usable_password()
    assert not User.objects.get(username="sovanhoa").has_usable_password()


def test_the_chair_and_the_delegate_take_part_in_the_meeting_in_session(demo: Built) -> None:
    meeting = opened()
    assert meeting.chair == Person.objects.get(user__username="chutoa")
    rows = Participant.objects.filter(meeting=meeting, person__user__username__in=["chutoa", "daibieu"])
    assert list(rows.values_list("person__user__username", "endpoint__code", "role", "check_in__endpoint__code")) == [
        ("chutoa", "T1", "chair", "T1"),
        ("daibieu", "H026", "delegate", "H026"),
    ]


def test_one_meeting_was_opened_within_two_hours_and_runs_its_third_item(demo: Built) -> None:
    meeting = opened()
    assert meeting.opened_at is not None
    assert dt.timedelta(0) < demo.now - meeting.opened_at < dt.timedelta(hours=2)
    items = Item.objects.filter(meeting=meeting).order_by("position")
    assert list(items.values_list("status", flat=True)) == ["done", "done", "running", "waiting", "waiting", "waiting"]
    assert meeting.booking is not None
    assert meeting.booking.booked_endpoints.count() == 208


def test_of_those_summoned_so_many_came_as_in_the_pictures(demo: Built) -> None:
    summoned = Participant.objects.filter(meeting=opened()).count()
    counts = attendance_report(opened()).total.counts
    assert counts.summoned == summoned
    assert (counts.excused, counts.substitutes) == (round(summoned * 100 / 3156), round(summoned * 184 / 3156))
    assert counts.present == summoned - counts.excused - round(summoned * 28 / 3156)
    first, last = CheckIn.objects.filter(meeting=opened()).order_by("at")[0], CheckIn.objects.latest("at")
    assert first.at >= opened().starts_at - dt.timedelta(minutes=45)
    assert last.at <= demo.now


def test_documents_are_real_files_with_their_pages(demo: Built) -> None:
    documents = Document.objects.filter(meeting=opened()).order_by("position")
    assert [(each.status, each.versions.latest("number").pages) for each in documents] == [
        ("published", 48),
        ("published", 12),
        ("published", 16),
        ("published", 6),
        ("published", 5),
        ("published", 31),
        ("draft", 2),
    ]
    report = documents[0]
    assert (report.published_number, report.versions.count()) == (2, 2)
    sha256 = report.versions.latest("number").sha256
    assert path_of(Area.DOCUMENTS, sha256).read_bytes()[:5] == b"%PDF-"
    assert path_of(Area.THUMBNAILS, sha256).read_bytes()[8:12] == b"WEBP"


def test_twenty_meetings_are_over_and_ten_come(demo: Built) -> None:
    assert Counter(Meeting.objects.values_list("status", flat=True)) == {
        Status.CLOSED: 20,
        Status.OPEN: 1,
        Status.SCHEDULED: 7,
        Status.DRAFT: 2,
        Status.POSTPONED: 1,
    }
    past = Meeting.objects.filter(status=Status.CLOSED)
    assert past.filter(closed_at__gt=demo.now).count() == 0
    assert past.filter(starts_at__lt=demo.now - dt.timedelta(days=125)).count() == 0
    assert len({timezone.localtime(meeting.starts_at).date() for meeting in past}) == 20
    assert Meeting.objects.exclude(status__in=[Status.CLOSED, Status.OPEN]).filter(starts_at__lt=demo.now).count() == 0


def test_a_letter_has_gone_out_for_every_invitation_but_two(demo: Built) -> None:
    letters = Counter(Letter.objects.values_list("status", flat=True))
    assert letters == {"sent": Participant.objects.count() - 2, "failed": 2}
    failed = Letter.objects.filter(status="failed").order_by("participant__unit_name")
    assert list(failed.values_list("participant__meeting", "participant__unit_name", "reason")) == [
        (tourism().pk, "Xã Pà Vầy Sủ", "550 5.1.1 User unknown"),
        (tourism().pk, "Xã Thàng Tín", "550 5.1.1 User unknown"),
    ]


def test_the_invitation_that_is_out_is_answered_in_part(demo: Built) -> None:
    rows = Participant.objects.filter(meeting=tourism())
    answers, number = Counter(rows.values_list("answer", flat=True)), rows.count()
    assert answers["declined"] == round(number * 62 / 3156)
    assert answers["substitute"] == round(number * 77 / 3156)
    assert answers["none"] == round(number * 37 / 3156) + 2
    assert rows.get(person__user__username="daibieu").answer == "none"
    assert not rows.filter(answer="declined", answer_reason="").exists()
    assert not rows.filter(answer="substitute", substitute_name="").exists()


def test_the_whole_province_fits_once_but_not_twice(demo: Built) -> None:
    free = tourism().starts_at + dt.timedelta(days=40)
    assert check(whole_province(free)).conflicts == ()
    conflicts = check(whole_province(tourism().starts_at)).conflicts
    short = {each.bridge for each in conflicts if isinstance(each, PortsExhausted)}
    assert short == {"MCU-01", "MCU-02", "MCU-03", "MCU-04"}


def test_the_draft_meets_the_obstacles_of_the_pictures(demo: Built) -> None:
    draft = Meeting.objects.get(title="Sơ kết công tác xóa nhà tạm, nhà dột nát")
    conflicts = check(whole_province(draft.starts_at)).conflicts
    busy = [each for each in conflicts if isinstance(each, EndpointBusy)]
    assert Counter((each.owner_name, each.held) for each in busy) == {
        ("Hoàng Văn Thiện", True): 19,
        ("Lộc Thị Hương", False): 1,
    }
    assert [each.endpoint for each in conflicts if isinstance(each, EndpointClosed)] == ["X00692"]
    assert [(each.bridge, each.missing) for each in conflicts if isinstance(each, PortsExhausted)] == [("MCU-02", 12)]


def test_what_is_held_has_no_meeting_and_what_is_closed_says_by_whom(demo: Built) -> None:
    held = Booking.objects.filter(state=Booking.HELD)
    assert list(held.values_list("meeting", flat=True)) == [None, None]
    assert {closure.reported_by for closure in Closure.objects.all()} == {
        f"{Endpoint.objects.get(code='X00692').contact}, cán bộ kỹ thuật điểm cầu"
    }


def test_the_journals_tell_everything_in_the_order_of_time(demo: Built) -> None:
    for chain in Chain.objects.all():
        times = list(chain.entries.order_by("seq").values_list("at", flat=True))
        assert times == sorted(times), chain.name
    entries = Chain.objects.get(name=opened().stream).entries
    assert entries.order_by("seq")[0].verb == "meeting.created"
    assert entries.filter(at__gt=demo.now).count() == 0


def test_every_invariant_holds(demo: Built) -> None:
    out = StringIO()
    call_command("verify", stdout=out)
    assert out.getvalue().splitlines()[-1] == "Everything holds."


def test_a_second_run_changes_nothing(demo: Built) -> None:
    before = (Meeting.objects.count(), Person.objects.count(), Chain.objects.get(name="network").length)
    out = StringIO()
    call_command("demo", stdout=out)
    assert out.getvalue().splitlines()[0] == "The demo is there already; nothing was changed."
    assert (Meeting.objects.count(), Person.objects.count(), Chain.objects.get(name="network").length) == before


def test_the_secretariat_logs_in_and_sees_the_day(demo: Built) -> None:
    client = Client()
    client.force_login(
        User.objects.get(username="thuky"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/").status_code == 200


@pytest.mark.any_database
@pytest.mark.django_db
def test_a_province_with_an_island_district_is_built_as_well() -> None:
    build("48")
    tiers = Counter(Endpoint.objects.values_list("tier_id", flat=True))
    assert tiers == {"province": 4, "district": 8, "commune": 47}
    island = Endpoint.objects.select_related("unit").get(code="H498")
    assert (island.name, Unit.objects.filter(parent=island.unit).count()) == ("Huyện Hoàng Sa", 0)
    assert Endpoint.objects.get(code="T2").name == "Hội trường Thành ủy"
    out = StringIO()
    call_command("verify", stdout=out)
    assert out.getvalue().splitlines()[-1] == "Everything holds."


@pytest.mark.django_db
def test_a_province_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CommandError, match="There is no province 03"):
        build("03")
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_a_database_in_use_is_left_alone() -> None:
    User.objects.create_user("thuky", password="another-password")
    with pytest.raises(CommandError, match="empty database"):
        build("02")
    assert not Unit.objects.exists()
