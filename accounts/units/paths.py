"""Paths of units: who reaches a unit.

A unit hangs under its parent, and once it has passed on, under its heir: roles at the heir then reach all that was the
old unit's, its meetings of long ago among them, and every question goes on asking for one path.
"""

import datetime as dt
from collections import defaultdict

from accounts.models import Succession, Unit

BATCH = 1000


def repath(today: dt.date) -> bool:
    """Make every path that of the unit above with the own key behind it. Returns whether an old path changed."""
    heirs = dict(Succession.objects.filter(inherits=True, on__lte=today).values_list("old_id", "new_id"))
    paths: dict[int, str] = {}
    below: defaultdict[int, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.only("pk", "parent_id", "path"):
        below[heirs.get(unit.pk) or unit.parent_id or 0].append(unit)
    queue, changed, old_changed = [0], [], False
    for above in queue:
        for unit in below[above]:
            paths[unit.pk] = f"{paths.get(above, '/')}{unit.pk}/"
            queue.append(unit.pk)
            if unit.path != paths[unit.pk]:
                old_changed = old_changed or bool(unit.path)
                unit.path = paths[unit.pk]
                changed.append(unit)
    Unit.objects.bulk_update(changed, ["path"], batch_size=BATCH)
    return old_changed
