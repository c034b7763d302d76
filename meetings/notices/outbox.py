"""Sending news by e-mail, one at a time, so that a killed worker leaves at most one in doubt.

As letters are sent: a notice is claimed in a transaction of its own, handed to the mail server outside of any, and
settled in a third. One that was left "being sent" is taken up again after CLAIM_LASTS under the same Message-ID.
"""

import datetime as dt
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from accounts.text import nfc
from meetings.notices.mail_server import (
    CLAIM_LASTS,
    FIRST_WAIT,
    MOST_ATTEMPTS,
    Later,
    Never,
    hand_over,
    mail_server,
)
from meetings.notices.models import Notice
from meetings.notices.wording import detail, sentence

Mail = Notice.Mail


def news_due(now: dt.datetime) -> QuerySet[Notice]:
    """Notices that may be sent at `now`: new ones, those whose wait after a failed attempt is over, and those that a
    worker claimed and never settled."""
    waited = Q(attempts=0)
    for attempts in range(1, MOST_ATTEMPTS):
        waited |= Q(attempts=attempts, claimed_at__lte=now - FIRST_WAIT * 2 ** (attempts - 1))
    abandoned = Q(mail=Mail.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    return Notice.objects.filter(Q(mail=Mail.QUEUED) & waited | abandoned)


def deliver_waiting_news() -> int:
    """Send what is due. Returns how many were sent."""
    sent = 0
    with mail_server() as server:
        while (notice := _claim()) is not None:
            sent += _deliver(notice, server)
    return sent


@transaction.atomic
def _claim() -> Notice | None:
    now = timezone.now()
    waiting = news_due(now).order_by("pk")
    skip = database.features.has_select_for_update_skip_locked
    notice = waiting.select_for_update(of=("self",), skip_locked=skip).first() if skip else waiting.first()
    if notice is None:
        return None
    Notice.objects.filter(pk=notice.pk).update(mail=Mail.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    return Notice.objects.select_related("meeting", "user").get(pk=notice.pk)


def _deliver(notice: Notice, server: BaseEmailBackend) -> int:
    person = Person.objects.filter(user=notice.user).exclude(email="").first()
    if person is None or not notice.user.is_active:
        _settle(notice, Mail.NONE)
        return 0
    try:
        hand_over(message_of(notice, person), server)
    except Later:
        _settle(notice, Mail.QUEUED if notice.attempts < MOST_ATTEMPTS else Mail.FAILED)
        return 0
    except Never:
        _settle(notice, Mail.FAILED)
        return 0
    _settle(notice, Mail.SENT)
    return 1


def _settle(notice: Notice, mail: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(mail=mail)


def message_of(notice: Notice, person: Person) -> EmailMessage:
    """The e-mail of a notice in the person's language, the same each time it is made."""
    with translation.override(person.language), timezone.override(settings.TIME_ZONE):
        told = sentence(notice)
        context = {
            "person": person,
            "sentence": told,
            "detail": detail(notice),
            "address": urljoin(settings.PUBLIC_ADDRESS, reverse("meeting", args=[notice.meeting_id])),
            "office_phone": settings.OFFICE_PHONE,
        }
        return EmailMessage(
            subject=" ".join(nfc(told).split()),
            body=render_to_string("mail/news.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[person.email],
            headers={"Message-ID": _message_id(notice), "Auto-Submitted": "auto-generated"},
        )


def _message_id(notice: Notice) -> str:
    return f"<news-{notice.pk}-{notice.created_at:%Y%m%d%H%M%S%f}@diem-cau>"
