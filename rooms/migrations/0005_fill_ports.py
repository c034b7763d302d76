"""Write down for the bookings that are there what was reckoned at every question: tier, bridge of each share, ports.

An endpoint's share is on the bridge that is its own today; a local booking takes none.
"""

from collections import defaultdict

from django.db import migrations
from django.db.models import Count, F, OuterRef, Subquery

from rooms.scheduling.capacity import Bridge, counted_demand

BATCH = 1000


def fill(apps, _schema_editor):
    booking, share, tier = (apps.get_model("rooms", name) for name in ("Booking", "BookedEndpoint", "Tier"))
    endpoint, unit = apps.get_model("rooms", "Endpoint"), apps.get_model("accounts", "Unit")
    levels = unit.objects.filter(pk=OuterRef("unit_id"), tier__in=tier.objects.values("code"))
    booking.objects.filter(tier=None).update(tier=Subquery(levels.values("tier")[:1]))
    home = endpoint.objects.filter(pk=OuterRef("endpoint_id")).values("bridge_id")[:1]
    carried = share.objects.filter(booking__in=booking.objects.filter(local=False), bridge=None, way="port")
    carried.update(bridge=Subquery(home))
    write_ports(apps)


def write_ports(apps):
    booking, share = apps.get_model("rooms", "Booking"), apps.get_model("rooms", "BookedEndpoint")
    row = apps.get_model("rooms", "BookedPorts")
    bridges = apps.get_model("rooms", "Bridge")
    ids = dict(bridges.objects.values_list("code", "pk"))
    tree = [
        Bridge(*each)
        for each in bridges.objects.order_by("code").values_list("code", "name", "ports", "parent__code", "link_ports")
    ]
    carried = share.objects.filter(booking__local=False, bridge__isnull=False).order_by()
    hosts = dict(carried.filter(endpoint=F("booking__host_endpoint")).values_list("booking_id", "bridge__code"))
    counts = defaultdict(dict)
    for pk, code, number in carried.values_list("booking_id", "bridge__code").annotate(number=Count("pk")):
        counts[pk][code] = number
    rows = []
    for pk, start, end, state in booking.objects.filter(local=False, booked_ports=None).values_list(
        "pk", "hold_starts_at", "hold_ends_at", "state"
    ):
        needed = counted_demand(tree, counts[pk], hosts.get(pk))
        rows += [
            row(
                booking_id=pk,
                bridge_id=ids[code],
                ports=number,
                links=needed.links.get(code, 0),
                starts_at=start,
                ends_at=end,
                released=state == "released",
            )
            for code, number in needed.ports.items()
        ]
    row.objects.bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0004_ports_and_calendar")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
