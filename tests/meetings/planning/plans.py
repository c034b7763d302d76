"""Plans of meetings for the tests of planning."""

from meetings.planning.wishes import MeetingPlan
from rooms.selectors import read_selection
from tests.people import People, at


def plan(people: People, **fields: object) -> MeetingPlan:
    """08:00–10:00 at T1, H026 and X00715, led from T1, an hour of line test."""
    facts: dict[str, object] = {
        "title": "Hội nghị giao ban trực tuyến",
        "unit": people.network.units["02"],
        "selection": read_selection({"endpoints": ["T1"], "under": "026"}),
        "starts_at": at(8),
        "ends_at": at(10),
        "host_endpoint": "T1",
    }
    return MeetingPlan(**(facts | fields))  # type: ignore[arg-type]  # the tests name the fields
