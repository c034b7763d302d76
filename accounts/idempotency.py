"""The same write sent twice is done once: what was answered to a key is kept and answered again.

A call whose body is at hand is answered and kept in one transaction: after a crash either both are there or neither,
and a second call with the same key waits for the first. A call that brings files may take long, and a transaction must
not: its key is claimed first, and the answer kept afterwards.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import IdempotentReply, User

KEPT = dt.timedelta(hours=24)
LOST = dt.timedelta(minutes=10)
"""How long a call with files may take before its claim counts as lost with its process."""
NOT_KEPT = frozenset({401, 403, 429})
"""Refusals of the caller and not of the call: with the right credentials the same call may be answered otherwise."""


class InFlight(DomainError):
    """The same call with files is being worked on."""

    code: ClassVar[str] = "idempotency_conflict"


class KeyReused(DomainError):
    """The key was used for another call."""

    code: ClassVar[str] = "idempotency_mismatch"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class Reply:
    """An answer as it is kept: HTTP status and JSON text ("" = no body)."""

    status: int
    body: str


@dataclass(frozen=True)
class Answered:
    """`reply` and whether it is a repetition."""

    reply: Reply
    again: bool


def answer_once(user: User, key: str, fingerprint: str, act: Callable[[], Reply]) -> Answered:
    """Do `act` in one transaction with the keeping of its reply, or give the reply kept for this key.

    Raises KeyReused, InFlight.
    """
    _forget_old(user, key)
    with transaction.atomic():
        row, created = IdempotentReply.objects.select_for_update().get_or_create(
            user=user, key=key, defaults={"fingerprint": fingerprint}
        )
        if not created:
            return Answered(_kept(row, fingerprint), again=True)
        reply = act()
        if reply.status >= 500:
            transaction.set_rollback(True)
        elif reply.status in NOT_KEPT:
            row.delete()
        else:
            _keep(row, reply)
    return Answered(reply, again=False)


def answer_claimed(user: User, key: str, fingerprint: str, act: Callable[[], Reply]) -> Answered:
    """As `answer_once`, but the claim is committed before `act` and the reply after it. Raises KeyReused, InFlight."""
    _forget_old(user, key)
    IdempotentReply.objects.filter(
        user=user, key=key, status__isnull=True, created_at__lt=timezone.now() - LOST
    ).delete()
    try:
        with transaction.atomic():
            row = IdempotentReply.objects.create(user=user, key=key, fingerprint=fingerprint)
    except IntegrityError:
        return Answered(_kept(IdempotentReply.objects.get(user=user, key=key), fingerprint), again=True)
    reply = None
    try:
        reply = act()
    finally:
        if reply is None or reply.status >= 500 or reply.status in NOT_KEPT:
            row.delete()
        else:
            _keep(row, reply)
    return Answered(reply, again=False)


def _forget_old(user: User, key: str) -> None:
    IdempotentReply.objects.filter(user=user, key=key, created_at__lt=timezone.now() - KEPT).delete()


def _kept(row: IdempotentReply, fingerprint: str) -> Reply:
    if row.fingerprint != fingerprint:
        raise KeyReused
    if row.status is None:
        raise InFlight
    return Reply(row.status, row.body)


def _keep(row: IdempotentReply, reply: Reply) -> None:
    row.status, row.body = reply.status, reply.body
    row.save(update_fields=["status", "body"])
