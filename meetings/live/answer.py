"""Answering an invitation: whoever is invited, for himself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError, NotFound
from accounts.models import User
from accounts.selectors import current_user, person_of
from meetings.live.forms import AnswerForm
from meetings.planning.access import meeting_for, participant_of
from meetings.planning.lifecycle import Act, may
from meetings.planning.models import Meeting, Participant
from meetings.planning.participant_actions import answer


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The form, or what was answered when it can no longer be changed. Raises NotFound for whoever is not invited."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, None)
    place = participant_of(user, meeting)
    if place is None:
        raise NotFound(meeting=meeting_id)
    if request.method != "POST":
        return _page(request, user, meeting, place, AnswerForm(initial=_initial(place)))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, user, meeting, place, form, status=422)
    words = form.cleaned_data
    try:
        answer(
            user,
            place,
            Participant.Answer(words["answer"]),
            reason=words["reason"] if words["answer"] == Participant.Answer.DECLINED else "",
            substitute_name=words["substitute_name"],
            substitute_position=words["substitute_position"],
        )
    except DomainError as refused:
        meeting.refresh_from_db()
        return _page(request, user, meeting, place, form, status=refused.status, refused=True)
    messages.success(request, _("Your answer has been sent."))
    return redirect("tablet-home")


def _initial(place: Participant) -> dict[str, str]:
    return {
        "answer": "" if place.answer == Participant.Answer.NONE else place.answer,
        "reason": place.answer_reason,
        "substitute_name": place.substitute_name,
        "substitute_position": place.substitute_position,
    }


def _page(
    request: HttpRequest,
    user: User,
    meeting: Meeting,
    place: Participant,
    form: AnswerForm,
    *,
    status: int = 200,
    refused: bool = False,
) -> HttpResponse:
    context = {
        "person": person_of(user),
        "meeting": meeting,
        "place": place,
        "form": form,
        "refused": refused,
        "may_answer": may(meeting.status, Act.ANSWER).allowed,
    }
    return render(request, "meetings/live/answer.html", context, status=status)
