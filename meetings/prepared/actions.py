"""What can be done with templates: save a meeting as one, change and delete it, book a meeting after a pattern."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.text import nfc
from audit.journal import record
from meetings.agenda.actions import add_item
from meetings.agenda.selectors import items_of
from meetings.planning.actions import create_meeting
from meetings.planning.models import Meeting
from meetings.planning.participant_actions import MOST_AT_ONCE, Invitee, add_participants
from meetings.planning.wishes import MeetingPlan, selection_of
from meetings.prepared.errors import TemplateNameTaken, TemplateNotFound
from meetings.prepared.models import MeetingTemplate
from meetings.prepared.pattern import AgendaLine, people_data
from rooms.actions import CHAIN, OnConflict


class TemplateChanges(TypedDict, total=False):
    """What is to be different of a template; what is not named stays."""

    name: str
    title: str
    minutes: int
    usual_start: dt.time | None
    setup_minutes: int
    teardown_minutes: int
    agenda: list[dict[str, object]]
    people: list[dict[str, object]]


def save_as_template(
    actor: User, meeting: Meeting, name: str, *, agenda: bool = True, people: bool = False
) -> MeetingTemplate:
    """Keep the meeting without its date. The caller has seen to it that the user may book for its unit.

    Raises TemplateNameTaken.
    """
    minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    lines = [{"title": row.title, "presenter": row.presenter, "minutes": row.minutes} for row in items_of(meeting)]
    template = MeetingTemplate(
        name=nfc(name).strip(),
        unit=meeting.unit,
        title=meeting.title,
        minutes=minutes,
        usual_start=timezone.localtime(meeting.starts_at).time().replace(tzinfo=None),
        setup_minutes=meeting.setup_minutes,
        teardown_minutes=meeting.teardown_minutes,
        selection=selection_of(meeting).as_data(),
        host_endpoint=meeting.host_endpoint,
        chair=meeting.chair,
        local=meeting.local,
        agenda=lines if agenda else [],
        people=people_data(meeting) if people else [],
        created_by=actor,
    )
    with transaction.atomic():
        _save(template)
        _record(actor, "template.saved", template, {"meeting": meeting.pk})
    return template


def change_template(actor: User, template: MeetingTemplate, changes: TemplateChanges) -> MeetingTemplate:
    """Other words or times; the agenda or the people may be left out. Meetings booked from it stay as they are.

    Raises TemplateNameTaken, TemplateNotFound when it was deleted meanwhile.
    """
    with transaction.atomic():
        template = _locked(template)
        different = {name: value for name, value in changes.items() if getattr(template, name) != value}
        if not different:
            return template
        for name, value in different.items():
            setattr(template, name, nfc(value).strip() if isinstance(value, str) else value)
        _save(template)
        _record(actor, "template.changed", template, {"fields": sorted(different)})
    return template


@transaction.atomic
def delete_template(actor: User, template: MeetingTemplate) -> None:
    """Meetings booked from it stay. Raises TemplateNotFound when it is gone already."""
    template = _locked(template)
    pk = template.pk
    template.delete()
    template.pk = pk
    _record(actor, "template.deleted", template, {"title": template.title})


@dataclass(frozen=True)
class Prepared:
    """A meeting made after a pattern, and how many people could not be taken along: their endpoint is not one of its,
    or they have left the directory."""

    meeting: Meeting
    left_out: int


@transaction.atomic
def book_after(
    actor: User,
    plan: MeetingPlan,
    *,
    agenda: Sequence[AgendaLine] = (),
    people: Sequence[Invitee] = (),
    draft: bool = False,
    on_conflict: OnConflict = "refuse",
) -> Prepared:
    """Book the plan and fill in agenda and people in the same act: all of it, or nothing at all.

    Raises as planning.actions.create_meeting.
    """
    meeting = create_meeting(actor, plan, draft=draft, on_conflict=on_conflict)
    for line in agenda:
        add_item(actor, meeting, title=line.title, presenter=line.presenter, minutes=line.minutes)
    left_out = 0
    for start in range(0, len(people), MOST_AT_ONCE):
        outcomes = add_participants(actor, meeting, people[start : start + MOST_AT_ONCE])
        left_out += sum(outcome.result == "refused" for outcome in outcomes)
    return Prepared(meeting, left_out)


def _locked(template: MeetingTemplate) -> MeetingTemplate:
    found = (
        MeetingTemplate.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=template.pk).first()
    )
    if found is None:
        raise TemplateNotFound(template=template.pk)
    return found


def _save(template: MeetingTemplate) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise TemplateNameTaken(name=template.name) from error


def _record(actor: User, verb: str, template: MeetingTemplate, data: dict[str, object]) -> None:
    record(actor, verb, chain=CHAIN, object_type="template", object_id=template.pk, label=template.name, data=data)
