"""What must hold at every moment, checked over the whole database: `manage.py verify`.

Numbers I1…I10 are those of the threat list. I3 (ballots), I5 (state, proven by the stream tests) and I8 (the load log)
have nothing to look at here.
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count, F, Max, Min, OuterRef, Subquery
from django.utils import timezone

from audit.selectors import verify_all
from meetings.attendance.models import CheckIn, Scan
from meetings.documents.models import Version
from meetings.documents.storage import Area, path_of
from meetings.invitations.models import Letter
from meetings.planning.models import Meeting, Participant
from meetings.reports.selectors import attendance_report
from realtime.models import Stream
from rooms.ledger import demands
from rooms.models import BookedEndpoint, BookedPorts, Booking
from rooms.network import network
from rooms.occupancy import loads_in
from rooms.scheduling.capacity import NOTHING, link_profiles, port_profiles
from rooms.scheduling.intervals import Interval

MAIL_MAY_WAIT = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Breach:
    """One thing that does not hold: the number of the invariant and the fact."""

    invariant: str
    fact: str


def no_double_booking() -> Iterator[Breach]:
    """I1: no two live bookings of an endpoint overlap, and no bridge or link carries more than it can."""
    live = BookedEndpoint.objects.filter(released=False)
    following = live.filter(endpoint=OuterRef("endpoint"), starts_at__gte=OuterRef("starts_at")).exclude(
        pk=OuterRef("pk")
    )
    nearest = following.order_by("starts_at").values("starts_at")[:1]
    for row in (
        live.annotate(next_start=Subquery(nearest)).filter(next_start__lt=F("ends_at")).select_related("endpoint")
    ):
        yield Breach(
            "I1", f"{row.endpoint.code} is booked twice from {row.next_start:%Y-%m-%d %H:%M} (booking {row.booking_id})"
        )
    span = live.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    if span["first"] is None:
        return
    window = Interval(span["first"], span["last"])
    loads = loads_in(network(), window)
    ports, links = port_profiles(loads), link_profiles(loads)
    for bridge in network().bridges:
        peak = ports.get(bridge.code, NOTHING).peak(window)
        if peak > bridge.ports:
            yield Breach("I1", f"{bridge.code} carries {peak} connections on {bridge.ports} ports")
        linked = links.get(bridge.code, NOTHING).peak(window)
        if bridge.link_ports is not None and linked > bridge.link_ports:
            yield Breach("I1", f"the link of {bridge.code} carries {linked} meetings, it can carry {bridge.link_ports}")


def ports_written_down() -> Iterator[Breach]:
    """I1: the ports written down for a booking that is not over are those that its endpoints take."""
    coming = Booking.objects.filter(hold_ends_at__gt=timezone.now()).exclude(state=Booking.RELEASED)
    columns = ("bridge__code", "ports", "links", "starts_at", "ends_at")
    written: defaultdict[int, set[tuple[object, ...]]] = defaultdict(set)
    live = BookedPorts.objects.filter(booking__in=coming, released=False)
    for booking, *row in live.order_by().values_list("booking_id", *columns):
        written[booking].add(tuple(row))
    for booking_row, needed in demands(coming, network().bridges):
        hold = (booking_row.hold_starts_at, booking_row.hold_ends_at)
        wanted = {(code, ports, needed.links.get(code, 0), *hold) for code, ports in needed.ports.items()}
        if wanted != written[booking_row.pk]:
            yield Breach("I1", f"the ports of booking {booking_row.pk} are not those that its endpoints take")
    kept = BookedPorts.objects.filter(released=False, booking__state=Booking.RELEASED)
    for booking in kept.order_by("booking_id").values_list("booking_id", flat=True).distinct():
        yield Breach("I1", f"booking {booking} is released and still holds ports")


def one_check_in_each() -> Iterator[Breach]:
    """I2: a person is checked in at most once in a meeting, and every check-in has a scan that let it in."""
    twice = CheckIn.objects.values("meeting", "participant__person").annotate(times=Count("pk")).filter(times__gt=1)
    for row in twice.order_by():
        yield Breach(
            "I2", f"person {row['participant__person']} is checked in {row['times']} times in meeting {row['meeting']}"
        )
    foreign = CheckIn.objects.exclude(participant__meeting=F("meeting"))
    for pk in foreign.values_list("pk", flat=True):
        yield Breach("I2", f"check-in {pk} belongs to another meeting than its participant")
    for pk in Scan.objects.filter(result=Scan.Result.ACCEPTED, participant__check_in__isnull=True).values_list(
        "pk", flat=True
    ):
        yield Breach("I2", f"scan {pk} was accepted, but its participant is not checked in")


def numbered_without_holes() -> Iterator[Breach]:
    """I4: the numbers of a stream run to its head without a hole (the oldest may be pruned)."""
    rows = Stream.objects.annotate(first=Min("events__seq"), last=Max("events__seq"), kept=Count("events"))
    for stream in rows:
        if stream.kept and (stream.last != stream.seq or stream.last - stream.first + 1 != stream.kept):
            yield Breach(
                "I4",
                f"stream {stream.name} has a hole: {stream.first}–{stream.last}, {stream.kept} kept, head {stream.seq}",
            )


def files_match_rows() -> Iterator[Breach]:
    """I6: every version has its files with their content, and every file has a row."""
    fields = {Area.DOCUMENTS: "sha256", Area.ORIGINALS: "original_sha256"}
    for area, field in fields.items():
        wanted = set(Version.objects.values_list(field, flat=True))
        for sha256 in sorted(wanted):
            path = path_of(area, sha256)
            if not path.is_file():
                yield Breach("I6", f"{area}/{sha256} is missing")
            elif _sha256(path) != sha256:
                yield Breach("I6", f"{area}/{sha256} has another content")
        kept = {path.stem for path in (Path(settings.MEDIA_ROOT) / area).glob("*/*") if not path.name.startswith(".")}
        for sha256 in sorted(kept - wanted):
            yield Breach("I6", f"{area}/{sha256} belongs to no document")


def journal_intact() -> Iterator[Breach]:
    """I7: no entry of the journal was altered, removed or added behind its back."""
    for broken in verify_all():
        yield Breach("I7", str(broken))


def letters_settled() -> Iterator[Breach]:
    """I9: every letter is sent, failed with a reason, or has waited less than 15 minutes."""
    waiting = Letter.objects.filter(status__in=[Letter.Status.QUEUED, Letter.Status.SENDING])
    for letter in waiting.filter(queued_at__lt=timezone.now() - MAIL_MAY_WAIT):
        yield Breach("I9", f"letter {letter.pk} to {letter.address} has waited since {letter.queued_at:%Y-%m-%d %H:%M}")
    for letter in Letter.objects.filter(status=Letter.Status.FAILED, reason=""):
        yield Breach("I9", f"letter {letter.pk} failed without a reason")


def reports_add_up() -> Iterator[Breach]:
    """I10: the sums of a report are those of its rows."""
    expected = Counter(Participant.objects.values_list("meeting", flat=True))
    present = Counter(CheckIn.objects.values_list("meeting", flat=True))
    for meeting in Meeting.objects.filter(status__in=[Meeting.Status.OPEN, Meeting.Status.CLOSED]):
        total = attendance_report(meeting).total.counts
        if (total.summoned, total.present) != (expected[meeting.pk], present[meeting.pk]):
            yield Breach(
                "I10",
                f"meeting {meeting.pk}: the report says {total.present}/{total.summoned}, "
                f"the rows {present[meeting.pk]}/{expected[meeting.pk]}",
            )


INVARIANTS: tuple[Callable[[], Iterator[Breach]], ...] = (
    no_double_booking,
    ports_written_down,
    one_check_in_each,
    numbered_without_holes,
    files_match_rows,
    journal_intact,
    letters_settled,
    reports_add_up,
)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
