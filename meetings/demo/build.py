"""Building the demo from nothing: network, people, three months of meetings, one of them in session now."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from meetings.attendance.models import CheckIn
from meetings.demo.actions import hold, record_network, report_outage
from meetings.demo.acts import PREPARED_KEY, answer_in_part, answer_singly, prepare
from meetings.demo.cast import ACCOUNTS
from meetings.demo.coming import coming_sessions, holds, outages, tourism_session
from meetings.demo.network import build_network
from meetings.demo.past import past_sessions
from meetings.demo.people import build_people
from meetings.demo.pretended_time import at_moment
from meetings.demo.programme import open_session
from meetings.demo.publishing import enter_documents
from meetings.demo.stage import Played, Stage, plot_of
from meetings.demo.timetable import Timetable
from meetings.planning.models import Meeting, Participant
from rooms.models import Endpoint
from rooms.wishes import BookingRequest


class DemoStands(Exception):
    """The demo has been built in this database already."""


class SomethingStands(Exception):
    """Endpoints or accounts of the demo's names are here already: this is somebody's real installation."""


def _demand_room() -> None:
    if Person.objects.filter(is_demo=True).exists():
        raise DemoStands
    names = [account.username for account in ACCOUNTS]
    if Endpoint.objects.exists() or User.objects.filter(username__in=names).exists():
        raise SomethingStands


@transaction.atomic
def build(province: str, mean: float | None, say: Callable[[str], object]) -> None:
    """All of it or nothing. `mean`: people at an endpoint on average, None: as many as in the pictures. Raises
    DemoStands, SomethingStands, ProvinceUnknown, UnitsRejected."""
    _demand_room()
    times = Timetable(timezone.localtime())
    with at_moment(times.now - dt.timedelta(days=150)):
        network = build_network(province)
        directory = build_people(network, mean)
        record_network(network, directory)
    stage = Stage(network, directory, plot_of(network, directory), times)
    say(f"{network.province.name}: {len(network.endpoints)} endpoints, {Person.objects.count():,} people.")
    for number, session in enumerate(past_sessions(stage.plot, times)):
        prepare(stage, session, f"past {number}")
    opened = prepare(stage, open_session(stage.plot, times), "open")
    coming = [
        prepare(stage, each, f"coming {number}") for number, each in enumerate(coming_sessions(stage.plot, times))
    ]
    tourism = prepare(stage, tourism_session(stage.plot, times), PREPARED_KEY)
    enter_documents(opened, tourism)
    _enter_answers(stage, tourism, coming)
    _enter_obstacles(stage)
    stage.script.play(say)
    say(_summary())


def _summary() -> str:
    meetings = Meeting.objects.count()
    return f"{meetings} meetings, {Participant.objects.count():,} invitations, {CheckIn.objects.count():,} check-ins."


def _enter_answers(stage: Stage, tourism: Played, coming: Sequence[Played]) -> None:
    """Answers to the invitations that are out: of large meetings all at once, of the Committee's session singly."""
    now, yesterday = stage.times.now, stage.times.back(1)
    stage.script.at(stage.times.at(yesterday, 16, 40), partial(answer_in_part, tourism))
    for played in coming:
        if played.session.fate == "scheduled":
            many = played.session.number == "207/GM-UBND"
            act = partial(answer_in_part, played) if many else partial(answer_singly, played, now)
            stage.script.at(now - dt.timedelta(hours=25), act)


def _enter_obstacles(stage: Stage) -> None:
    """What is only held, and what is out of service."""
    users = stage.directory.users
    for held in holds(stage.plot, stage.times):
        request = BookingRequest(
            title=held.title,
            unit=stage.network.province,
            endpoints=held.endpoints,
            starts_at=held.starts_at,
            ends_at=held.ends_at,
            host_endpoint=held.endpoints[0],
            setup_minutes=0,
        )
        stage.script.at(stage.times.at(stage.times.back(2), 10, 5), partial(hold, users[held.owner], request))
    for outage in outages(stage.plot, stage.times):
        stage.script.at(stage.times.at(stage.times.back(1), 11, 10), partial(report_outage, users["thuky"], outage))
