"""Tablets that say how far they have come, and what is known of them."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from realtime.models import Stream, TabletCount
from realtime.presence import Presence, Tablets, presence_of
from tests.realtime.fake import PATIENCE, STREAM, Tablet, in_database, wait_until

QUICK = {"tail_every": 3600.0, "count_every": 0.02}


async def received(tablet: Tablet, seq: int) -> None:
    await tablet.says(json.dumps({"type": "received", "seq": seq}))


async def told(desk: Tablet, newest: int, **places: list[int]) -> None:
    """Read what the desk is told until it is this."""
    async with asyncio.timeout(PATIENCE):
        while (frame := await desk.frame())["type"] != "state" or frame["data"] != {"newest": newest, "places": places}:
            pass


async def stands(newest: int, **places: tuple[int, int]) -> None:
    """Wait until this is what a page would show."""
    expected = Presence(newest, {place: Tablets(*numbers) for place, numbers in places.items()})
    await in_database(wait_until, lambda: presence_of(STREAM) == expected)


def rows() -> list[tuple[str, Any]]:
    return list(TabletCount.objects.order_by("hub").values_list("hub", "counts"))


def of_another_process(name: str, age: float, counts: dict[str, dict[str, int]]) -> None:
    stream = Stream.objects.get_or_create(name=STREAM)[0]
    TabletCount.objects.create(stream=stream, hub=name, at=timezone.now() - timedelta(seconds=age), counts=counts)
