"""The demo's meetings to come: one that is being prepared, others booked, drafts, one put off; and what is only held.
Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from meetings.demo.papers import lower_first
from meetings.demo.programme import PROVINCE_GROUP, Plot, Session, Topic, short_topics
from meetings.demo.timetable import Timetable
from rooms.scheduling.selection import Selection

TOURISM = "Hội nghị sơ kết Nghị quyết về phát triển du lịch"


def tourism_session(plot: Plot, times: Timetable) -> Session:
    """The conference that is being prepared: invited, partly answered, some documents out."""
    start = times.at(times.ahead(2, times.next_afternoon), 14)
    names = plot.land.districts
    own = names.index(plot.district_name)
    speakers = ", ".join(lower_first(names[number % len(names)]) for number in (own, own + 1))
    return Session(
        title=TOURISM,
        starts_at=start,
        ends_at=start + timedelta(minutes=150),
        selection=Selection(under=plot.province),
        fate="scheduled",
        number="214/GM-UBND",
        places=None,
        topics=(
            Topic("Khai mạc, giới thiệu đại biểu", "Văn phòng UBND tỉnh", 10),
            Topic("Báo cáo kết quả phát triển du lịch 2021–2025", "Sở Văn hóa, Thể thao và Du lịch", 25),
            Topic(f"Tham luận của {speakers}", "UBND huyện", 45),
            Topic("Dự thảo Kế hoạch phát triển du lịch 2026–2030", "Sở Văn hóa, Thể thao và Du lịch", 25),
            Topic("Biểu quyết thông qua dự thảo", "Chủ trì", 10),
            Topic("Kết luận, bế mạc", "Chủ trì", 20),
        ),
    )


def coming_sessions(plot: Plot, times: Timetable) -> list[Session]:
    """Nine meetings to come besides the tourism conference."""
    return [*_next_afternoon(plot, times), *_booked(plot, times), *_unbooked(plot, times)]


def _next_afternoon(plot: Plot, times: Timetable) -> list[Session]:
    """Three meetings of one afternoon, beside the training that is held and the line that is down."""
    day = times.next_afternoon
    start = times.at(day, 14)
    absent = dict.fromkeys((*plot.other_members, "T3", "T4", plot.closed, plot.spare))
    return [
        Session(
            title="Triển khai phòng, chống thiên tai và tìm kiếm cứu nạn",
            starts_at=start,
            ends_at=start + timedelta(minutes=150),
            selection=Selection(under=plot.province, except_=tuple(absent)),
            fate="scheduled",
            number="207/GM-UBND",
            topics=short_topics("Phương án phòng, chống thiên tai", "Sở Nông nghiệp và Môi trường", 150),
        ),
        _hall_session(start, 90, setup_minutes=30),
        Session(
            title=f"Họp {lower_first(plot.commune_name)}",
            starts_at=times.at(day, 16, 45),
            ends_at=times.at(day, 17, 45),
            selection=Selection(endpoints=(plot.commune,)),
            fate="scheduled",
            host=plot.commune,
            local=True,
            setup_minutes=0,
            chaired=False,
            places=6,
            topics=short_topics("Công tác tuần", "UBND", 60),
        ),
    ]


def _hall_session(start: datetime, minutes: int, *, setup_minutes: int = 0) -> Session:
    """The social block's meeting in the Assembly's room: nobody else can have the room then."""
    return Session(
        title="Giao ban khối Văn hóa – Xã hội",
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        selection=Selection(endpoints=("T3",)),
        fate="scheduled",
        owner="sovanhoa",
        host="T3",
        local=True,
        setup_minutes=setup_minutes,
        chaired=False,
        places=12,
        topics=short_topics("Công tác tháng của khối", "Các sở", minutes),
    )


def _booked(plot: Plot, times: Timetable) -> list[Session]:
    morning = times.at(times.ahead(1, times.next_afternoon), 8)
    district = times.at(times.ahead(3, times.next_afternoon), 8)
    return [
        Session(
            title=f"Phiên họp UBND tỉnh tháng {morning.month}",
            starts_at=morning,
            ends_at=morning + timedelta(minutes=210),
            selection=Selection(groups=(PROVINCE_GROUP,)),
            fate="scheduled",
            number="209/GM-UBND",
            places=3,
            topics=short_topics("Các dự thảo trình HĐND tỉnh", "Sở Tư pháp", 210),
        ),
        Session(
            title=f"Giao ban Chủ tịch UBND các xã {lower_first(plot.district_name)}",
            starts_at=district,
            ends_at=district + timedelta(minutes=120),
            selection=Selection(under=plot.district),
            fate="scheduled",
            owner="thuky2",
            unit=plot.district,
            host=plot.district_members[0],
            chaired=False,
            topics=short_topics("Nhiệm vụ trọng tâm tháng", "Văn phòng HĐND và UBND", 120),
        ),
        _hall_session(times.at(times.week_later(), 13, 30), 120),
    ]


def _unbooked(plot: Plot, times: Timetable) -> list[Session]:
    """Two drafts, the first at a time at which the whole province is not free, and a meeting put off."""
    wished = times.at(times.week_later(), 14)
    study = times.at(times.ahead(11, times.next_afternoon), 8)
    drill = times.at(times.ahead(8, times.next_afternoon), 14)
    return [
        Session(
            title="Sơ kết công tác xóa nhà tạm, nhà dột nát",
            starts_at=wished,
            ends_at=wished + timedelta(minutes=150),
            selection=Selection(under=plot.province),
            fate="draft",
            places=0,
            topics=short_topics("Kết quả từng huyện", "Sở Dân tộc và Tôn giáo", 150),
        ),
        Session(
            title="Hội nghị trực tuyến toàn tỉnh nghiên cứu, học tập, quán triệt Nghị quyết",
            starts_at=study,
            ends_at=study + timedelta(minutes=210),
            selection=Selection(under=plot.province),
            fate="draft",
            places=0,
            topics=short_topics("Những nội dung cốt lõi của Nghị quyết", "Ban Tuyên giáo và Dân vận", 210),
        ),
        Session(
            title="Diễn tập ứng phó cháy rừng",
            starts_at=drill,
            ends_at=drill + timedelta(minutes=150),
            selection=Selection(groups=(PROVINCE_GROUP,)),
            fate="postponed",
            places=2,
            topics=short_topics("Phương án hiệp đồng", "Bộ Chỉ huy Quân sự tỉnh", 150),
            reason="Chờ ý kiến chỉ đạo của cấp trên",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Held:
    """Endpoints that are only held: no meeting stands behind them yet."""

    title: str
    starts_at: datetime
    ends_at: datetime
    endpoints: tuple[str, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class Outage:
    """An endpoint out of service."""

    endpoint: str
    starts_at: datetime
    ends_at: datetime
    reason: str


def holds(plot: Plot, times: Timetable) -> list[Held]:
    """The training of another district, on the next afternoon and a week later."""
    title = f"Tập huấn chuyển đổi số {plot.region}"
    days = (times.next_afternoon, times.week_later())
    return [Held(title, times.at(day, 13, 15), times.at(day, 17), plot.other_members, "sonoivu") for day in days]


def outages(plot: Plot, times: Timetable) -> list[Outage]:
    """The line of one endpoint is under repair on both afternoons."""
    days = (times.next_afternoon, times.week_later())
    return [Outage(plot.closed, times.at(day, 13, 30), times.at(day, 18), "Bảo trì đường truyền") for day in days]
