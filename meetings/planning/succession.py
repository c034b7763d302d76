"""What passes on with a unit that ends: the meetings that it still has to hold. Those that are over stay its own."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from meetings.planning.models import Meeting, Series

_COMING: Final = (
    Meeting.Status.DRAFT,
    Meeting.Status.SCHEDULED,
    Meeting.Status.POSTPONED,
)


def pass_on(heirs: Mapping[int, int], since: dt.datetime) -> None:
    """Let the heirs (old unit → new unit) hold the meetings and series of the units that end. A part of the act that
    reorganises (rooms.reorganisation.actions), in its transaction. One query, and two for each heir that gets any."""
    convening = set(Meeting.objects.filter(status__in=_COMING).order_by().values_list("unit_id", flat=True).distinct())
    convening |= set(Series.objects.order_by().values_list("unit_id", flat=True).distinct())
    for old in convening & set(heirs):
        Meeting.objects.filter(unit=old, status__in=_COMING, starts_at__gte=since).update(unit=heirs[old])
        Series.objects.filter(unit=old).update(unit=heirs[old])
