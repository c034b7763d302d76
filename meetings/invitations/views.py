"""Letters of a meeting at the desk: send, follow, correct an address, read one."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.selectors import current_user
from meetings.attendance.qr import qr_path
from meetings.invitations.actions import NO_ADDRESS, send_again, send_invitations
from meetings.invitations.errors import LetterNotFound, NobodyToInvite
from meetings.invitations.folder import file_of
from meetings.invitations.forms import AddressForm, LetterFilter
from meetings.invitations.letters import context_code, context_of
from meetings.invitations.models import Letter
from meetings.invitations.selectors import invited_before, letter_counts, letter_of, letters_of, uninvited
from meetings.planning.access import meeting_for
from meetings.planning.lifecycle import Act, may
from meetings.planning.models import Meeting
from realtime.replay import head

PER_PAGE = 100
IN_FOLDER = "meetings.invitations.folder.EmailBackend"


def _progress(meeting: Meeting) -> dict[str, object]:
    # Read before the counts: what happens in between is told again, never missed.
    seq = head(meeting.stream)
    counts = letter_counts(meeting)
    total = sum(counts.values())
    parts, start = [], 0.0
    for code in ("sent", "sending", "queued", "failed"):
        width = 100 * counts[code] / total if total else 0
        parts.append({"code": code, "count": counts[code], "start": f"{start:.2f}", "width": f"{width:.2f}"})
        start += width
    return {"meeting": meeting, "seq": seq, "counts": counts, "parts": parts, "total": total}


@login_required
@require_safe
def letters(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """How far sending has come, and every letter of the present revision."""
    meeting = meeting_for(current_user(request), meeting_id, Right.PREPARE)
    asked = LetterFilter(request.GET)
    found = letters_of(meeting, status=asked.asked("status"), q=asked.asked("q"))
    waiting = uninvited(meeting).count()
    context = {
        **_progress(meeting),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "asked": {"q": asked.asked("q"), "status": asked.asked("status")},
        "query": urlencode({key: value for key in ("q", "status") if (value := asked.asked(key))}),
        "waiting": waiting,
        "news": bool(waiting) and meeting.revision > 0 and invited_before(meeting).exists(),
        "may_send": may(meeting.status, Act.INVITE).allowed,
        "in_folder": settings.EMAIL_BACKEND == IN_FOLDER,
        "no_address": NO_ADDRESS,
        "statuses": Letter.Status.choices,
        "nav_section": "meetings",
    }
    return render(request, "meetings/invitations/letters.html", context)


@login_required
@require_safe
def progress(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The bar of the page alone, as it stands now."""
    meeting = meeting_for(current_user(request), meeting_id, Right.PREPARE)
    response = render(request, "meetings/invitations/_progress.html", _progress(meeting))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def send(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Queue a letter for everybody who has none of the present revision."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    try:
        number = send_invitations(user, meeting)
    except NobodyToInvite:
        messages.info(request, _("Everybody on the list has the invitation already."))
    except DomainError:
        messages.error(request, _("Nothing was sent: the meeting is not in a state for invitations."))
    else:
        text = ngettext("%(n)d letter is being sent.", "%(n)d letters are being sent.", number)
        messages.success(request, text % {"n": number})
    return redirect("meeting-letters", meeting.pk)


@login_required
@require_POST
def again(request: HttpRequest, meeting_id: int, letter_id: int) -> HttpResponse:
    """Send a failed letter once more, to the address given."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    form = AddressForm(request.POST)
    if not form.is_valid():
        messages.error(
            request,
            _("Not sent: “%(address)s” is not an e-mail address.") % {"address": request.POST.get("address", "")[:254]},
        )
        return redirect("meeting-letters", meeting.pk)
    try:
        letter = send_again(user, meeting, letter_id, address=form.cleaned_data["address"])
    except LetterNotFound:
        raise
    except DomainError:
        messages.error(request, _("Nothing was sent: this letter is on its way or delivered already."))
    else:
        name = letter.participant.full_name
        messages.success(request, _("The letter to %(name)s is sent once more.") % {"name": name})
    return redirect("meeting-letters", meeting.pk)


@login_required
@require_safe
def letter(request: HttpRequest, meeting_id: int, letter_id: int) -> HttpResponse:
    """One letter as its receiver gets it."""
    meeting = meeting_for(current_user(request), meeting_id, Right.PREPARE)
    found = letter_of(meeting, letter_id)
    with translation.override(found.participant.person.language):
        content = context_of(found)
        subject = " ".join(render_to_string("mail/subject.txt", content).split())
        text = render_to_string("mail/letter.txt", content)
    context = {
        "meeting": meeting,
        "letter": found,
        "subject": subject,
        "text": text,
        "code": qr_path(context_code(found)) if found.method == Letter.Method.REQUEST else None,
        "in_folder": settings.EMAIL_BACKEND == IN_FOLDER and file_of(found.message_id).is_file(),
        "nav_section": "meetings",
    }
    return render(request, "meetings/invitations/letter.html", context)


@login_required
@require_safe
def letter_file(request: HttpRequest, meeting_id: int, letter_id: int) -> FileResponse:
    """The e-mail itself, where letters are written to a folder. Raises LetterNotFound."""
    meeting = meeting_for(current_user(request), meeting_id, Right.PREPARE)
    found = letter_of(meeting, letter_id)
    path = file_of(found.message_id)
    if settings.EMAIL_BACKEND != IN_FOLDER or not path.is_file():
        raise LetterNotFound(letter=letter_id)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"{meeting.pk}-{found.pk}.eml")
    response.headers["Content-Type"] = "message/rfc822"
    return response
