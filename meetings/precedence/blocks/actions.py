"""Entering, changing and removing a session that others convene and that is only written down here."""

from collections.abc import Collection

from django.db import transaction

from accounts.errors import Forbidden
from accounts.models import User
from audit.journal import record
from meetings.planning.claim_actions import displace_for_block
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from meetings.planning.wishes import naming_meetings
from meetings.precedence.actions import CameBetween, take, tell_displaced, tell_freed, until_still
from meetings.precedence.blocks.selectors import top_rank
from rooms.actions import CHAIN, release
from rooms.models import Booking
from rooms.selectors import top_units
from rooms.wishes import BookingRequest


def enter_block(
    actor: User,
    request: BookingRequest,
    *,
    block: Booking | None = None,
    reason: str = "",
    ground: str = "",
    agreed: Collection[int] = (),
) -> tuple[Booking, list[Meeting]]:
    """Book the session from outside, or change `block` to it; of lower meetings those `agreed` to are displaced.

    Raises Forbidden, NotAgreed, BookingConflict with what does not give way, the refusals of rooms.errors.
    """
    if not top_units(actor).filter(pk=request.unit.pk).exists():
        raise Forbidden(unit=request.unit.code)
    with naming_meetings(actor):
        return until_still(lambda: _enter(actor, request, block, {"reason": reason.strip(), "ground": ground}, agreed))


def _enter(
    actor: User,
    request: BookingRequest,
    block: Booking | None,
    data: dict[str, object],
    agreed: Collection[int],
) -> tuple[Booking, list[Meeting]]:
    booking, displaced = take(actor, request, top_rank(), block, agreed)
    if displaced:
        names = [{"meeting": each.pk, "title": each.title} for each in displaced]
        record(
            actor,
            "block.preempted",
            chain=CHAIN,
            object_type="booking",
            object_id=booking.pk,
            label=booking.title,
            data={**data, "displaced": names},
        )
    try:
        displaced = displace_for_block(actor, displaced, booking, data=data)
    except ActImpossible as impossible:
        raise CameBetween from impossible
    tell_displaced(actor, displaced, booking, data)
    if block is not None:
        tell_freed(booking)
    return booking, displaced


@transaction.atomic
def remove_block(actor: User, block: Booking) -> None:
    """Let go of all that the session from outside held, and tell the owners of what it displaced."""
    release(actor, block)
    tell_freed(block)
