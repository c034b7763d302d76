"""What each part of a meeting's page shows. The page is made of them, and each can be asked for alone."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.decision import Right, rights_over
from accounts.models import Person, User
from accounts.selectors import grants_of
from audit.selectors import entries_of
from meetings.agenda.forms import ItemForm
from meetings.agenda.models import Item
from meetings.agenda.selectors import items_of, planned_starts
from meetings.attendance.presence import tablets_of
from meetings.attendance.selectors import PRESENT_STATES
from meetings.documents.models import Document, Version
from meetings.documents.selectors import documents_for, publishable
from meetings.invitations.models import Letter
from meetings.invitations.selectors import uninvited
from meetings.live.extending import later_ends
from meetings.live.history import sentences
from meetings.live.steps import Facts, line
from meetings.planning.access import TOOK_PART, rights_in
from meetings.planning.grounds import Ground
from meetings.planning.joins import join_rows
from meetings.planning.lifecycle import Act, possible_acts
from meetings.planning.models import Meeting, Participant
from meetings.planning.selectors import took_place_or_holds
from meetings.precedence.selectors import displacement_of, way_back
from meetings.series.selectors import place_of
from meetings.series.words import how_often
from rooms.models import BookedEndpoint, Endpoint
from rooms.occupancy import ways_of

ENDPOINTS_SHOWN = 6
ENTRIES_SHOWN = 5
ENTRIES_ON_A_PAGE = 50

# Which right each act on the page needs; what the state of the meeting allows is asked besides.
_RIGHTS = {
    Act.EDIT: Right.PREPARE,
    Act.EXTEND: Right.RUN,
    Act.PREPARE: Right.PREPARE,
    Act.INVITE: Right.PREPARE,
    Act.SCHEDULE: Right.BOOK,
    Act.RESCHEDULE: Right.BOOK,
    Act.POSTPONE: Right.PREPARE,
    Act.CANCEL: Right.PREPARE,
    Act.OPEN: Right.RUN,
    Act.CLOSE: Right.RUN,
    Act.RUN_AGENDA: Right.RUN,
    Act.CHECK_IN: Right.SCAN,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the page of a meeting: who, which meeting, with which rights in it, and when."""

    user: User
    meeting: Meeting
    rights: frozenset[Right]
    now: dt.datetime

    @property
    def may(self) -> Mapping[str, bool]:
        """Which acts are possible for this user in the meeting's present state, by name of the act."""
        possible = possible_acts(self.meeting.status)
        return {act.value: act in possible and right in self.rights for act, right in _RIGHTS.items()}

    @property
    def staff(self) -> bool:
        return bool(self.rights & {Right.PREPARE, Right.RUN})

    @property
    def reads_history(self) -> bool:
        return self.staff or Right.READ_AUDIT in self.rights


def visit(user: User, meeting: Meeting) -> Visit:
    return Visit(user, meeting, rights_in(user, meeting), timezone.now())


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it stands under its item: `version` is the newest the visitor may see, `behind` tells that it is
    not yet what readers have."""

    document: Document
    version: Version | None
    behind: bool
    url: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    number: int
    item: Item
    starts_at: dt.datetime
    papers: list[Paper]
    first: bool
    last: bool


def agenda(here: Visit, *, adding: bool = False, editing: int | None = None) -> dict[str, object]:
    """The items with their documents. Four queries and those of the visitor's rights, however many items."""
    items = list(items_of(here.meeting))
    starts = planned_starts(here.meeting, items)
    papers = _papers(here)
    rows = [
        ItemRow(number, item, starts[item.pk], papers.get(item.pk, []), number == 1, number == len(items))
        for number, item in enumerate(items, start=1)
    ]
    planned = sum(item.minutes for item in items)
    whole = int((here.meeting.ends_at - here.meeting.starts_at).total_seconds() // 60)
    edited = next((item for item in items if item.pk == editing), None)
    form = ItemForm.of(edited) if edited else ItemForm()
    return {
        "rows": rows,
        "whole_papers": papers.get(None, []),
        "missing": [paper for each in papers.values() for paper in each if paper.version is None],
        "planned_minutes": planned,
        "spare_minutes": whole - planned,
        "over_minutes": planned - whole,
        "adding": adding and here.may["prepare"],
        "editing": edited if here.may["prepare"] else None,
        "form": form,
    }


def _papers(here: Visit) -> dict[int | None, list[Paper]]:
    documents = documents_for(here.user, here.meeting).prefetch_related("versions")
    by_item: dict[int | None, list[Paper]] = {}
    for document in documents:
        versions = sorted(document.versions.all(), key=lambda version: version.number)
        newest = versions[-1] if versions else None
        published = next((one for one in versions if one.number == document.published_number), None)
        shown = newest if here.staff else published
        behind = bool(newest and published and newest.number != published.number)
        url = _address("document", document.pk) if here.staff else _address("reader", here.meeting.pk, document.pk)
        by_item.setdefault(document.item_id, []).append(Paper(document, shown, behind, url))
    return by_item


def _address(name: str, *args: int) -> str:
    """The address of a page that another part of the product brings; "" in an installation without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def booked(meeting: Meeting) -> int:
    """How many endpoints the meeting holds."""
    if meeting.booking_id is None:
        return 0
    return BookedEndpoint.objects.filter(TOOK_PART, booking=meeting.booking_id).count()


def head(here: Visit) -> dict[str, object]:
    """Title, facts, and what is to be done next: `main` is the one filled button."""
    unpublished = publishable(here.meeting).count() if here.may["prepare"] else 0
    return {
        "endpoints": booked(here.meeting),
        "joins": join_rows(ways_of(here.meeting.booking_id)) if here.staff else [],
        "unpublished": unpublished,
        "uninvited": uninvited(here.meeting).count() if here.may["invite"] else 0,
        "main": "" if _offered(here.meeting) else _main_act(here, unpublished),
        "later_ends": later_ends(here.meeting, here.now) if here.may["extend"] else [],
        "early": here.meeting.starts_at - here.now > dt.timedelta(minutes=30),
        "reports": Right.READ_REPORT in here.rights,
        **_series(here),
    }


def _series(here: Visit) -> dict[str, object]:
    """Where the meeting stands in its series, and whether the visitor may see all of that. No query without one."""
    place = place_of(here.meeting)
    if place is None:
        return {}
    sees = Right.VIEW_MEETING in rights_over(grants_of(here.user), here.meeting.unit.path)
    return {"in_series": place, "place_words": how_often(place.rule), "sees_series": sees}


def _offered(meeting: Meeting) -> bool:
    """Whether the draft's endpoints are held for it: then the act to do stands in that message."""
    return meeting.status == Meeting.Status.DRAFT and meeting.booking is not None


def _main_act(here: Visit, unpublished: int) -> str:
    may = here.may
    line_test_at = _line_test_at(here.meeting)
    if here.meeting.status in {Meeting.Status.CLOSED, Meeting.Status.ARCHIVED}:
        return "report" if Right.READ_REPORT in here.rights else ""
    if may["close"]:
        return "close"
    if may["open"] and (here.now >= line_test_at or not unpublished):
        return "open"
    if unpublished:
        return "publish"
    return "schedule" if may["schedule"] or may["reschedule"] else ""


def _line_test_at(meeting: Meeting) -> dt.datetime:
    return meeting.starts_at - dt.timedelta(minutes=meeting.setup_minutes)


def life(here: Visit) -> dict[str, object]:
    """The line of seven steps."""
    meeting = here.meeting
    published = Document.objects.filter(meeting=meeting, status=Document.Status.PUBLISHED).count()
    facts = Facts(
        status=meeting.status,
        booked=took_place_or_holds(meeting) and not _offered(meeting),
        invited=_letters(meeting).filter(status=Letter.Status.SENT).exists(),
        published=published,
        drafts=publishable(meeting).count(),
        line_test_at=_line_test_at(meeting),
        now=here.now,
    )
    return {"steps": line(facts), "endpoints": booked(meeting)}


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One part of the bar of answers: `start` and `width` in percent of the whole."""

    code: str
    count: int
    start: str
    width: str


def invitations(here: Visit) -> dict[str, object]:
    """Who has answered what, out of everyone invited; those whose letter bounced are a part of their own."""
    meeting = here.meeting
    counts = _answers(meeting)
    newest = Letter.objects.filter(participant=OuterRef("pk")).order_by("-pk").values("status")[:1]
    unanswered = Participant.objects.filter(meeting=meeting, answer=Participant.Answer.NONE)
    failed = unanswered.annotate(letter=Subquery(newest)).filter(letter=Letter.Status.FAILED).count()
    sent = _letters(meeting).filter(status=Letter.Status.SENT).aggregate(at=Min("sent_at"))["at"]
    waiting = _letters(meeting).filter(status__in=[Letter.Status.QUEUED, Letter.Status.SENDING]).count()
    parts = [
        ("attending", counts[Participant.Answer.ATTENDING]),
        ("declined", counts[Participant.Answer.DECLINED]),
        ("substitute", counts[Participant.Answer.SUBSTITUTE]),
        ("none", counts[Participant.Answer.NONE] - failed),
        ("failed", failed),
    ]
    return {
        "parts": bar_parts(parts),
        "invited": sum(counts.values()),
        "sent_at": sent,
        "waiting_letters": waiting,
        "unanswered": counts[Participant.Answer.NONE],
    }


def bar_parts(parts: list[tuple[str, int]]) -> list[AnswerPart]:
    """Where each part of the bar lies; a part that is not empty is never thinner than can be seen (1.8 %)."""
    whole = sum(count for _, count in parts)
    least = 1.8
    widths = {code: max(100 * count / whole, least) if count else 0.0 for code, count in parts} if whole else {}
    scale = 100 / sum(widths.values()) if widths and sum(widths.values()) else 0.0
    drawn, start = [], 0.0
    for code, count in parts:
        width = widths.get(code, 0.0) * scale
        drawn.append(AnswerPart(code, count, f"{start:.2f}", f"{width:.2f}"))
        start += width
    return drawn


def _answers(meeting: Meeting) -> dict[str, int]:
    rows = Participant.objects.filter(meeting=meeting).values_list("answer").annotate(n=Count("pk")).order_by()
    found = dict(rows)
    return {answer: found.get(answer, 0) for answer in Participant.Answer.values}


def _letters(meeting: Meeting) -> QuerySet[Letter]:
    return Letter.objects.filter(participant__meeting=meeting, method=Letter.Method.REQUEST)


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """The people of one endpoint: how many are invited, and what they have answered."""

    endpoint: Endpoint
    invited: int
    attending: int
    declined: int
    substitute: int
    none: int


def people(here: Visit, *, limit: int = ENDPOINTS_SHOWN) -> dict[str, object]:
    """The first endpoints of the meeting with their people. Four queries."""
    shares = BookedEndpoint.objects.filter(TOOK_PART, booking=here.meeting.booking_id)
    shares = shares.select_related("endpoint__unit").order_by("endpoint__tier__rank", "endpoint__code")
    endpoints = [share.endpoint for share in shares[:limit]] if here.meeting.booking_id else []
    return {
        "endpoint_rows": endpoint_rows(here.meeting, endpoints),
        "endpoints": booked(here.meeting),
        "invited": Participant.objects.filter(meeting=here.meeting).count(),
    }


def endpoint_rows(meeting: Meeting, endpoints: list[Endpoint]) -> list[EndpointRow]:
    """The figures of those endpoints, in the order given. One query."""
    answers = {answer: Count("pk", filter=Q(answer=answer)) for answer in Participant.Answer.values}
    rows = (
        Participant.objects.filter(meeting=meeting, endpoint__in=endpoints)
        .values("endpoint")
        .annotate(invited=Count("pk"), **{f"n_{answer}": count for answer, count in answers.items()})
        .order_by()
    )
    found: dict[int, Mapping[str, Any]] = {row["endpoint"]: row for row in rows}
    return [_endpoint_row(endpoint, found.get(endpoint.pk, {})) for endpoint in endpoints]


def _endpoint_row(endpoint: Endpoint, row: Mapping[str, Any]) -> EndpointRow:
    return EndpointRow(
        endpoint=endpoint,
        invited=row.get("invited", 0),
        attending=row.get("n_attending", 0),
        declined=row.get("n_declined", 0),
        substitute=row.get("n_substitute", 0),
        none=row.get("n_none", 0),
    )


def tablets(here: Visit) -> dict[str, object]:
    """Which endpoints have tablets, and which of them the newest document: for those who run the meeting, from the
    first tablet on until it is over."""
    if Right.RUN not in here.rights or here.meeting.status not in PRESENT_STATES:
        return {"tablets": None}
    found = tablets_of(here.meeting)
    shown = found.connected or here.meeting.status == Meeting.Status.OPEN
    return {"tablets": found if shown else None}


def history(here: Visit, *, limit: int = ENTRIES_SHOWN, before: int | None = None) -> dict[str, object]:
    """The latest entries of the meeting's journal, as sentences. It names drafts and who answered what, so it is for
    those who prepare or run the meeting and for auditors only."""
    if not here.reads_history:
        return {"reads_history": False}
    told = journal(here.meeting.stream, limit=limit, before=before)
    return {"reads_history": True, "today": timezone.localdate(here.now), **told}


def journal(chain: str, *, limit: int, before: int | None) -> dict[str, object]:
    """The latest `entries` of a journal as sentences, newest first, and the number from which on there are `older`
    ones, None when there are none."""
    entries = list(entries_of(chain, limit + 1, before=before))
    shown = entries[:limit]
    return {"entries": sentences(shown), "older": shown[-1].seq if len(entries) > limit else None}


def before_asked(request: HttpRequest) -> int | None:
    """The number before which entries are asked for; None for the newest."""
    before = request.GET.get("before", "")
    return int(before) if before.isdecimal() and len(before) < 15 else None


def displaced(here: Visit) -> dict[str, object]:
    """What took the meeting's time, why and by whom; for whoever may move it, where it could go."""
    meeting = here.meeting
    if meeting.status != Meeting.Status.POSTPONED or meeting.displaced_by_id is None:
        return {"displacement": None}
    entry = displacement_of(meeting)
    person = Person.objects.filter(user=entry.actor_id).first() if entry is not None and entry.actor_id else None
    grounds = {str(value): str(words) for value, words in Ground.choices}
    movable = here.may["reschedule"] and here.may["edit"]
    return {
        "displacement": entry,
        "displaced_ground": grounds.get(str(entry.data.get("ground")), "") if entry is not None else "",
        "displaced_phone": person.phone if person is not None else "",
        "way_back": way_back(here.user, meeting) if movable else None,
    }


PARTS = {
    "head": head,
    "displaced": displaced,
    "life": life,
    "agenda": agenda,
    "invitations": invitations,
    "people": people,
    "tablets": tablets,
    "history": history,
}
