"""A meeting made after another one: the booking page begun with it, and the list of its papers taken along."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.decision import Right
from accounts.models import User
from accounts.selectors import current_user
from meetings.agenda.selectors import items_of
from meetings.documents.actions import expect_document
from meetings.documents.models import Document
from meetings.documents.selectors import documents_for
from meetings.planning.access import meeting_for
from meetings.planning.booking_views import booking_page
from meetings.planning.models import Meeting
from meetings.planning.wishes import MeetingPlan
from meetings.prepared.actions import Prepared, book_after
from meetings.prepared.booking import PatternSource
from meetings.prepared.pattern import Pattern, pattern_of_meeting
from rooms.actions import OnConflict


@transaction.atomic
def book_copy(
    actor: User,
    source: Meeting,
    plan: MeetingPlan,
    pattern: Pattern,
    *,
    parts: Sequence[str] = (),
    draft: bool = False,
    on_conflict: OnConflict = "refuse",
) -> Prepared:
    """Book the plan after another meeting. `parts`, of agenda, people and documents, are filled in by the same act;
    documents only as names of papers that are expected: their contents belong to the meeting they were written for.

    Raises as planning.actions.create_meeting.
    """
    prepared = book_after(
        actor,
        plan,
        agenda=pattern.agenda if "agenda" in parts else (),
        people=pattern.people if "people" in parts else (),
        draft=draft,
        on_conflict=on_conflict,
    )
    if "documents" in parts:
        places = {item.pk: place for place, item in enumerate(items_of(source))}
        items = [item.pk for item in items_of(prepared.meeting)] if "agenda" in parts else []
        for paper in papers_of(actor, source):
            place = places.get(paper.item_id or 0)
            item = items[place] if place is not None and place < len(items) else None
            expect_document(actor, prepared.meeting, title=paper.title, item=item, access=paper.access)
    return prepared


def papers_of(user: User, meeting: Meeting) -> list[Document]:
    """The papers whose names can be taken over: those withdrawn are not wanted again."""
    return [paper for paper in documents_for(user, meeting) if paper.status != Document.Status.WITHDRAWN]


class CopySource(PatternSource):
    """Begins with another meeting; its agenda is taken along unless it is unticked."""

    first_ticked = ("agenda",)

    def __init__(self, user: User, meeting: Meeting) -> None:
        super().__init__(pattern_of_meeting(user, meeting), named=meeting.title)
        self.meeting = meeting
        self.papers = len(papers_of(user, meeting))

    def counts(self) -> dict[str, int]:
        return {**super().counts(), "documents": self.papers}

    def fill(self, request: HttpRequest, plan: MeetingPlan, *, draft: bool, on_conflict: OnConflict) -> Prepared:
        parts = [name for name in ("agenda", "people", "documents") if f"with_{name}" in request.POST]
        user = current_user(request)
        return book_copy(user, self.meeting, plan, self.pattern, parts=parts, draft=draft, on_conflict=on_conflict)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The booking page with the words and endpoints of a meeting, past ones too."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    return booking_page(request, CopySource(user, meeting))
