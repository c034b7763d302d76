"""A mail server that is a folder: one .eml file per letter, named by its Message-ID, so that a letter handed over twice
is there once. The embedded default uses it; the desk can open what it holds."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def folder() -> Path:
    """Where the letters lie."""
    return Path(settings.EMAIL_FILE_PATH)


def file_of(message_id: str) -> Path:
    """The file of a letter, whether or not it is there."""
    return folder() / f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.eml"


class EmailBackend(BaseEmailBackend):
    """Writes each message whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder().mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message()
            place = file_of(str(content["Message-ID"]))
            handle, name = tempfile.mkstemp(dir=folder(), prefix=".", suffix=".eml")
            with os.fdopen(handle, "wb") as file:
                file.write(content.as_bytes())
            Path(name).replace(place)
        return len(email_messages)
