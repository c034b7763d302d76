"""What the desk shows of a day: the strip of meetings, what waits for somebody's hand, what runs now, what comes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.decision import Right
from accounts.models import User
from accounts.selectors import rights_of, scope_filter
from meetings.agenda.models import Item
from meetings.attendance.models import CheckIn
from meetings.documents.models import Document
from meetings.invitations.models import Letter
from meetings.notices.selectors import notices_of, unread
from meetings.notices.shown import News, news
from meetings.planning.access import meetings_visible_to
from meetings.planning.models import Meeting, Participant
from meetings.requests.models import UsageRequest, WaitingEntry
from rooms.models import BookedEndpoint
from rooms.scheduling.intervals import Interval
from rooms.strip import Strip, strip_for

INVITE_WORKING_DAYS = 3
"""An invitation reaches the invitee at least 3 working days before (QĐ 45/2018/QĐ-TTg)."""
DOCUMENTS_WITHIN = dt.timedelta(days=7)
COMING = 5
NEWS = 5


@dataclass(frozen=True)
class Bar:
    """One meeting on the strip, in its steps: set-up from `hold_start`, session from `start` to `end`."""

    meeting: Meeting
    hold_start: int
    start: int
    end: int
    endpoints: int
    present: int
    expected: int

    @property
    def running(self) -> bool:
        return self.meeting.status == Meeting.Status.OPEN

    @property
    def over(self) -> bool:
        return self.meeting.status in {Meeting.Status.CLOSED, Meeting.Status.ARCHIVED}


@dataclass(frozen=True, kw_only=True)
class Work:
    """One thing to do. `kind` chooses the sentence (templates/meetings/live/_work.html); `url` is where it is done."""

    kind: str
    meeting: Meeting
    number: int
    due: dt.datetime
    url: str
    since: dt.datetime | None = None

    @property
    def pressing(self) -> bool:
        """Due within the day, or overdue."""
        return self.due < timezone.now() + dt.timedelta(hours=24)


@dataclass(frozen=True)
class Running:
    """A meeting in session with its figures: people and endpoints, and the item that runs (number of all)."""

    meeting: Meeting
    expected: int
    present: int
    endpoints: int
    heard: int
    item: Item | None
    items: int
    ordinal: int


@dataclass(frozen=True)
class Coming:
    meeting: Meeting
    endpoints: int
    invited: int
    unanswered: int


@dataclass
class Day:
    """Everything on the page."""

    date: dt.date
    strip: Strip
    lanes: list[list[Bar]] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    unread: int = 0
    told_before: bool = False
    now: dt.datetime | None = None

    @property
    def now_step(self) -> int:
        """Where now lies on the strip."""
        return self.strip.step(self.now, self.date) if self.now else 0

    @property
    def meetings(self) -> int:
        return sum(len(lane) for lane in self.lanes)


def day_of(user: User | AnonymousUser, now: dt.datetime) -> Day:
    """The user's day at the moment `now`: a fixed number of queries, whatever the number of meetings."""
    local = timezone.localtime(now)
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = start + dt.timedelta(days=1)
    visible = meetings_visible_to(user).exclude(status__in=[Meeting.Status.CANCELLED, Meeting.Status.DRAFT])
    today = list(visible.filter(Q(starts_at__lt=tomorrow, ends_at__gt=start) | Q(status=Meeting.Status.OPEN)))
    coming = list(
        visible.filter(status=Meeting.Status.SCHEDULED, starts_at__gte=tomorrow).order_by("starts_at")[:COMING]
    )
    figures = _Figures([*today, *coming])
    of_day = [meeting for meeting in today if meeting.starts_at < tomorrow and meeting.ends_at > start]
    sessions = (Interval(meeting.starts_at, meeting.ends_at) for meeting in of_day)
    day = Day(local.date(), strip_for(sessions, Interval(start, tomorrow)))
    day.lanes = _lanes(_bar(meeting, figures, day) for meeting in of_day)
    day.running = _running([meeting for meeting in today if meeting.status == Meeting.Status.OPEN], figures)
    day.coming = [
        Coming(row, figures.endpoints[row.pk], figures.expected[row.pk], figures.unanswered[row.pk]) for row in coming
    ]
    if Right.PREPARE in rights_of(user):
        day.work = work_for(user, now)
    _add_news(day, user)
    if day.strip.on(day.date).contains(local):
        day.now = local
    return day


def _add_news(day: Day, user: User | AnonymousUser) -> None:
    day.unread = unread(user).count()
    day.news = news(list(unread(user)[:NEWS])) if day.unread else []
    day.told_before = bool(day.unread) or notices_of(user).exists()


class _Figures:
    """Numbers by meeting, fetched once for all meetings of the page."""

    def __init__(self, meetings: Sequence[Meeting]) -> None:
        pks = [meeting.pk for meeting in meetings]
        zero = dict.fromkeys(pks, 0)
        people = Participant.objects.filter(meeting__in=pks).order_by()
        self.expected = zero | _counted(people, "meeting")
        self.unanswered = zero | _counted(people.filter(answer=Participant.Answer.NONE), "meeting")
        check_ins = CheckIn.objects.filter(meeting__in=pks).order_by()
        self.present = zero | _counted(check_ins, "meeting")
        heard = check_ins.values_list("meeting").annotate(number=Count("endpoint", distinct=True))
        self.heard = zero | dict(heard)
        booked = BookedEndpoint.objects.filter(booking__meeting__in=pks).order_by()
        self.endpoints = zero | _counted(booked, "booking__meeting")


def _counted(rows: QuerySet[Participant] | QuerySet[CheckIn] | QuerySet[BookedEndpoint], by: str) -> dict[int, int]:
    return dict(rows.values_list(by).annotate(number=Count("pk")))


def _bar(meeting: Meeting, figures: _Figures, day: Day) -> Bar:
    hold = meeting.starts_at - dt.timedelta(minutes=meeting.setup_minutes)
    hold_start, start, end = (day.strip.step(each, day.date) for each in (hold, meeting.starts_at, meeting.ends_at))
    return Bar(
        meeting,
        hold_start,
        start,
        end,
        figures.endpoints[meeting.pk],
        figures.present[meeting.pk],
        figures.expected[meeting.pk],
    )


def _lanes(bars: Iterable[Bar]) -> list[list[Bar]]:
    """The bars in as few lanes as hold them without overlap, by start."""
    lanes: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda each: (each.hold_start, each.meeting.pk)):
        lane = next((lane for lane in lanes if lane[-1].end <= bar.hold_start), None)
        if lane is None:
            lanes.append([bar])
        else:
            lane.append(bar)
    return lanes


def _running(meetings: Sequence[Meeting], figures: _Figures) -> list[Running]:
    items: dict[int, list[Item]] = {meeting.pk: [] for meeting in meetings}
    for item in Item.objects.filter(meeting__in=items).order_by("position", "pk"):
        items[item.meeting_id].append(item)
    rows = []
    for meeting in meetings:
        agenda = items[meeting.pk]
        now = [(ordinal, item) for ordinal, item in enumerate(agenda, start=1) if item.status == Item.Status.RUNNING]
        ordinal, current = now[0] if now else (0, None)
        rows.append(
            Running(
                meeting,
                figures.expected[meeting.pk],
                figures.present[meeting.pk],
                figures.endpoints[meeting.pk],
                figures.heard[meeting.pk],
                current,
                len(agenda),
                ordinal,
            )
        )
    return rows


def work_for(user: User | AnonymousUser, now: dt.datetime) -> list[Work]:
    """What waits for those who prepare meetings, by deadline."""
    scope = scope_filter(user, Right.PREPARE, "unit__path")
    ahead = Meeting.objects.filter(scope, starts_at__gt=now).select_related("unit")
    scheduled = ahead.filter(status=Meeting.Status.SCHEDULED)
    work = [
        *_displaced(Meeting.objects.filter(scope).select_related("unit")),
        *_drafts(ahead.filter(status=Meeting.Status.DRAFT)),
        *_uninvited(scheduled),
        *_unanswered(scheduled),
        *_substitutes(scheduled),
        *_failed(scheduled),
        *_unpublished(scheduled.filter(starts_at__lt=now + DOCUMENTS_WITHIN)),
    ]
    work += [*_to_decide(user, now), *_offers(ahead)]
    return sorted(work, key=lambda each: (each.due, each.kind, each.meeting.pk))


def _to_decide(user: User | AnonymousUser, now: dt.datetime) -> Iterable[Work]:
    """All requests for an answer are one thing to do, by the first that lapses."""
    pending = UsageRequest.objects.filter(
        scope_filter(user, Right.BOOK, "unit__path"), state=UsageRequest.State.PENDING, expires_at__gt=now
    )
    first = pending.select_related("meeting").order_by("expires_at", "pk").first()
    if first is not None:
        number, url = pending.count(), reverse("request-list")
        yield Work(kind="requests", meeting=first.meeting, number=number, due=first.expires_at, url=url)


def _offers(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    held = WaitingEntry.objects.filter(meeting__in=meetings, state=WaitingEntry.State.OFFERED)
    for row in held.select_related("meeting"):
        if row.offer_expires_at is not None:
            url = reverse("meeting", args=[row.meeting_id])
            yield Work(kind="offer", meeting=row.meeting, number=1, due=row.offer_expires_at, url=url)


def _displaced(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    """Meetings that gave way and have no new time yet, also when the old one is over."""
    for row in meetings.filter(status=Meeting.Status.POSTPONED, displaced_by__isnull=False):
        url = f"{reverse('meeting', args=[row.pk])}#meeting-displaced"
        yield Work(kind="displaced", meeting=row, number=1, due=row.starts_at, url=url)


def _drafts(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    # Who stands in line or has asked an owner has done his part.
    waiting = WaitingEntry.objects.filter(meeting=OuterRef("pk"), state=WaitingEntry.State.WAITING)
    asking = UsageRequest.objects.filter(meeting=OuterRef("pk"), state=UsageRequest.State.PENDING)
    for row in meetings.filter(~Exists(waiting), ~Exists(asking), booking=None):
        due = working_days_before(row.starts_at, INVITE_WORKING_DAYS)
        yield Work(kind="draft", meeting=row, number=1, due=due, url=reverse("meeting-edit", args=[row.pk]))


def _uninvited(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    letter = Letter.objects.filter(participant=OuterRef("pk"), method=Letter.Method.REQUEST)
    without = Participant.objects.filter(~Exists(letter), meeting__in=meetings).order_by()
    numbers = dict(without.values_list("meeting").annotate(number=Count("pk")))
    for row in meetings.filter(pk__in=numbers):
        due = working_days_before(row.starts_at, INVITE_WORKING_DAYS)
        url = reverse("meeting-letters", args=[row.pk])
        yield Work(kind="uninvited", meeting=row, number=numbers[row.pk], due=due, url=url)


def _unanswered(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    waiting = Letter.objects.filter(
        participant__meeting__in=meetings,
        participant__answer=Participant.Answer.NONE,
        method=Letter.Method.REQUEST,
        status=Letter.Status.SENT,
    ).order_by()
    rows = waiting.values_list("participant__meeting").annotate(
        number=Count("participant", distinct=True), since=Min("sent_at")
    )
    facts = {meeting: (number, since) for meeting, number, since in rows}
    for row in meetings.filter(pk__in=facts):
        number, since = facts[row.pk]
        url = f"{reverse('meeting-people', args=[row.pk])}?answer=none"
        due = working_days_before(row.starts_at, 1)
        yield Work(kind="unanswered", meeting=row, number=number, due=due, url=url, since=since)


def _substitutes(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    sent = Participant.objects.filter(meeting__in=meetings, answer=Participant.Answer.SUBSTITUTE).order_by()
    numbers = dict(sent.values_list("meeting").annotate(number=Count("pk")))
    for row in meetings.filter(pk__in=numbers):
        url = f"{reverse('meeting-people', args=[row.pk])}?answer=substitute"
        yield Work(kind="substitute", meeting=row, number=numbers[row.pk], due=row.starts_at, url=url)


def _failed(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    returned = Letter.objects.filter(participant__meeting__in=meetings, status=Letter.Status.FAILED).order_by()
    numbers = dict(returned.values_list("participant__meeting").annotate(number=Count("pk")))
    for row in meetings.filter(pk__in=numbers):
        url = f"{reverse('meeting-letters', args=[row.pk])}?status=failed"
        due = working_days_before(row.starts_at, 1)
        yield Work(kind="failed", meeting=row, number=numbers[row.pk], due=due, url=url)


def _unpublished(meetings: QuerySet[Meeting]) -> Iterable[Work]:
    drafts = Document.objects.filter(meeting__in=meetings, status=Document.Status.DRAFT).order_by()
    numbers = dict(drafts.values_list("meeting").annotate(number=Count("pk")))
    for row in meetings.filter(pk__in=numbers):
        due = working_days_before(row.starts_at, 1)
        url = reverse("meeting", args=[row.pk])
        yield Work(kind="unpublished", meeting=row, number=numbers[row.pk], due=due, url=url)


def working_days_before(moment: dt.datetime, days: int) -> dt.datetime:
    """17:00 of the working day (Monday to Friday) so many working days before `moment`, in the office's zone."""
    day = timezone.localtime(moment).date()
    while days:
        day -= dt.timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return timezone.make_aware(dt.datetime.combine(day, dt.time(17)))
