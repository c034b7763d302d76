"""The demo's meetings: titles, agendas, who is invited, when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from meetings.demo.papers import Land
from meetings.demo.timetable import Timetable
from rooms.scheduling.selection import Selection

PROVINCE_GROUP = "Cấp tỉnh và cấp huyện"


@dataclass(frozen=True, slots=True)
class Topic:
    """An item of an agenda."""

    title: str
    presenter: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A meeting as the demo plays it. `fate`: what becomes of it ("closed", "open", "scheduled", "draft", "postponed").
    `places`: how many people are invited at an endpoint, None = all, 0 = nobody yet. `owner` is a username, `unit` the
    code of the unit that convenes, "" = the province."""

    title: str
    starts_at: datetime
    ends_at: datetime
    selection: Selection
    fate: str
    owner: str = "thuky"
    unit: str = ""
    host: str = "T1"
    number: str = ""
    places: int | None = 2
    topics: Sequence[Topic] = field(default_factory=tuple)
    setup_minutes: int = 60
    local: bool = False
    chaired: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the programme plays, by code: the province, the delegate's district and another one, with the endpoints of
    both; `closed` is out of service in the next afternoon, `spare` is left free, at `commune` the commune meets alone.
    `region` names the part of the province that the other district lies in."""

    land: Land
    province: str
    district: str
    district_name: str
    district_members: tuple[str, ...]
    other_name: str
    other_members: tuple[str, ...]
    region: str
    closed: str
    spare: str
    commune: str
    commune_name: str


BRIEFING = "Hội nghị giao ban trực tuyến công tác tháng {month}"


def briefing_topics(month: int) -> tuple[Topic, ...]:
    """The agenda of the monthly briefing; its third item is the one that runs in the demo."""
    last = (month - 2) % 12 + 1
    return (
        Topic("Khai mạc, giới thiệu đại biểu", "Văn phòng UBND tỉnh", 10),
        Topic(f"Báo cáo tình hình kinh tế – xã hội tháng {last}, nhiệm vụ tháng {month}", "Văn phòng UBND tỉnh", 45),
        Topic("Giải ngân vốn đầu tư công", "Sở Tài chính", 50),
        Topic("Thảo luận của các huyện, thành phố", "UBND các huyện, thành phố", 60),
        Topic("Biểu quyết thông qua dự thảo Kế hoạch phát triển du lịch", "Chủ trì", 15),
        Topic("Kết luận, bế mạc", "Chủ trì", 30),
    )


def short_topics(subject: str, presenter: str, minutes: int) -> tuple[Topic, ...]:
    """The agenda of a meeting with one subject; `minutes` in all."""
    return (
        Topic("Khai mạc", "Văn phòng UBND tỉnh", 10),
        Topic(subject, presenter, max(20, minutes // 3)),
        Topic("Thảo luận", "Các điểm cầu", max(20, minutes // 3)),
        Topic("Kết luận, bế mạc", "Chủ trì", 15),
    )


def open_session(plot: Plot, times: Timetable) -> Session:
    """The meeting in session: the whole province, everyone invited."""
    month = times.open_start.month
    return Session(
        title=BRIEFING.format(month=month),
        starts_at=times.open_start,
        ends_at=times.open_end,
        selection=Selection(under=plot.province),
        fate="open",
        number="198/GM-UBND",
        places=None,
        topics=briefing_topics(month),
    )
