"""What every act of the demo needs: the network, the people, the time, the lots; and the meetings that are played."""

from dataclasses import dataclass, field
from random import Random

from accounts.models import Person, Unit, User
from meetings.demo.network import Network
from meetings.demo.people import Directory
from meetings.demo.pretended_time import Script
from meetings.demo.programme import Plot, Session
from meetings.demo.timetable import Timetable
from meetings.planning.models import Meeting, Participant


@dataclass(slots=True)
class Stage:
    """The demo while it is being built."""

    network: Network
    directory: Directory
    plot: Plot
    times: Timetable
    script: Script = field(default_factory=Script)

    def lots(self, topic: str) -> Random:
        """Lots of their own for every topic: what one draws changes nothing for another."""
        return Random(f"{self.network.province.code} {topic}")

    def unit(self, code: str) -> Unit:
        known = {unit.code: unit for unit in (self.network.province, *self.network.districts)}
        return known[code or self.network.province.code]


@dataclass(slots=True)
class Played:
    """A meeting being played: what was planned, and the row once it is written down."""

    stage: Stage
    session: Session
    key: str
    row: Meeting | None = None

    @property
    def meeting(self) -> Meeting:
        """The meeting as it is in the database now."""
        if self.row is None:
            raise LookupError(self.key)
        return Meeting.objects.select_related("unit", "chair", "host_endpoint", "booking").get(pk=self.row.pk)

    @property
    def owner(self) -> User:
        return self.stage.directory.users[self.session.owner]

    @property
    def chair(self) -> Person:
        """Who chairs: the provincial chair, or the first person at the main endpoint."""
        directory = self.stage.directory
        return directory.persons["chutoa"] if self.session.chaired else directory.invited[self.session.host][0]

    @property
    def lots(self) -> Random:
        return self.stage.lots(self.key)

    def participants(self) -> list[Participant]:
        return list(
            Participant.objects.filter(meeting=self.meeting).select_related("endpoint", "person").order_by("pk")
        )


def plot_of(network: Network, directory: Directory) -> Plot:
    """The parts of the network that the programme plays in; in Hà Giang those of the pictures."""
    codes = {district.code: district for district in network.districts}
    district = codes[directory.seats["daibieu"][1:]]
    others = [each for each in network.districts if each != district and network.communes[each.code]]
    other = codes["028"] if network.province.code == "02" else (others or [district])[-1]
    home = others[0] if others else district
    members = network.members(home)
    bridge = network.endpoints[f"H{other.code}"].bridge
    return Plot(
        land=network.land,
        province=network.province.code,
        district=district.code,
        district_name=district.name,
        district_members=tuple(network.members(district)),
        other_name=other.name,
        other_members=tuple(network.members(other)),
        region=f"vùng {bridge.name}" if bridge is not None and network.province.code == "02" else other.short_name,
        closed=members[min(3, len(members) - 1)],
        spare=members[min(5, len(members) - 1)],
        commune=members[min(6, len(members) - 1)],
        commune_name=network.endpoints[members[min(6, len(members) - 1)]].unit.name,
    )
