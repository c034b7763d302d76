"""Handing a message to the mail server, with its refusals told apart: later, or never."""

import datetime as dt
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

CLAIM_LASTS = dt.timedelta(minutes=2)
"""How long a message belongs to the worker that took it; one that was killed loses it then."""
MOST_ATTEMPTS = 6
FIRST_WAIT = dt.timedelta(seconds=30)
"""How long after a failed attempt the next is made; doubled with each."""


class Later(Exception):
    """The mail server cannot take the message now."""


class Never(Exception):
    """The mail server will not take the message."""


@contextmanager
def mail_server() -> Iterator[BaseEmailBackend]:
    """One connection for many messages."""
    server = get_connection()
    try:
        yield server
    finally:
        server.close()


def hand_over(message: EmailMessage, server: BaseEmailBackend) -> None:
    """Give the message to the mail server. Raises Later or Never with the server's words."""
    try:
        server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()), (550, b""))
        raise _refusal(code, words) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        server.close()
        raise Later(f"{settings.EMAIL_HOST}: {error}") from error
    except ValueError as error:
        raise Never(str(error)) from error


def _refusal(code: int, words: bytes | str) -> Exception:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    kind = Later if 400 <= code < 500 else Never
    return kind(f"{code} {text}")
