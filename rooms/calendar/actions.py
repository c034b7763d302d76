"""What can be done to the office's calendar: say of a day that it is off or worked, change that, take it back."""

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.errors import NotFound
from accounts.models import User
from accounts.text import nfc
from audit.journal import record
from rooms.actions import CHAIN
from rooms.errors import OfficeDayTaken
from rooms.models import OfficeDay


def add_day(actor: User, day: dt.date, *, worked: bool, name: str) -> OfficeDay:
    """The office says of a day that it is off, or worked after all. Raises OfficeDayTaken."""
    try:
        with transaction.atomic():
            row = OfficeDay.objects.create(day=day, worked=worked, name=nfc(name).strip())
            _record(actor, "calendar.day_added", row, {"worked": worked, "name": row.name})
            return row
    except IntegrityError as error:
        raise OfficeDayTaken(day=day.isoformat()) from error


@transaction.atomic
def change_day(actor: User, day: dt.date, *, worked: bool, name: str) -> OfficeDay:
    """Say something else of a day. Saying the same again changes nothing. Raises NotFound."""
    row, name = _locked(day), nfc(name).strip()
    if (row.worked, row.name) == (worked, name):
        return row
    before = {"worked": row.worked, "name": row.name}
    row.worked, row.name = worked, name
    row.save(update_fields=["worked", "name"])
    _record(actor, "calendar.day_changed", row, {"before": before, "worked": worked, "name": name})
    return row


@transaction.atomic
def remove_day(actor: User, day: dt.date) -> None:
    """Take back what the office said: the day is again what the public calendar makes of it. Raises NotFound."""
    row = _locked(day)
    _record(actor, "calendar.day_removed", row, {"worked": row.worked, "name": row.name})
    row.delete()


def _locked(day: dt.date) -> OfficeDay:
    row = OfficeDay.objects.select_for_update().filter(day=day).first()
    if row is None:
        raise NotFound(day=day.isoformat())
    return row


def _record(actor: User, verb: str, row: OfficeDay, data: dict[str, object]) -> None:
    record(
        actor,
        verb,
        chain=CHAIN,
        object_type="office_day",
        object_id=row.pk,
        label=row.name,
        data={"day": row.day, **data},
    )
