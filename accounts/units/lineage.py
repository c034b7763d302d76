"""What a unit was before, and what became of it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import Succession, Unit


@dataclass(frozen=True, slots=True)
class Kin:
    """A unit before (`steps` below 0) or after (above 0) another: so many reorganisations away.

    `share`: what part of it passed, at the step next to it; `on`: that step's day.
    """

    unit: Unit
    steps: int
    share: str
    on: dt.date


def lineage(unit: Unit) -> list[Kin]:
    """Everything that passed into the unit and everything that it passed into, nearest first; without itself.

    One query for each generation, and one more each way.
    """
    return [*_followed(unit, "new", "old", -1), *_followed(unit, "old", "new", 1)]


def line_of(unit: Unit) -> list[int]:
    """The keys of the unit, of all that it was before, and of all that it became: for a figure over many years."""
    return [unit.pk, *(kin.unit.pk for kin in lineage(unit))]


def _followed(unit: Unit, here: str, there: str, way: int) -> list[Kin]:
    found: list[Kin] = []
    seen = {unit.pk}
    front: Collection[int] = {unit.pk}
    steps = 0
    while front:
        steps += way
        rows = Succession.objects.filter(**{f"{here}__in": front}).select_related(there)
        fresh = []
        for row in rows.order_by(f"{there}__code", "pk"):
            kin = getattr(row, there)
            if kin.pk not in seen:
                seen.add(kin.pk)
                fresh.append(Kin(kin, steps, row.share, row.on))
        found += fresh
        front = {kin.unit.pk for kin in fresh}
    return found
