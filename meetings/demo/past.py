"""The demo's closed meetings of the last three months. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from meetings.demo.papers import lower_first
from meetings.demo.programme import BRIEFING, PROVINCE_GROUP, Plot, Session, briefing_topics, short_topics
from meetings.demo.timetable import Timetable
from rooms.scheduling.selection import Selection


@dataclass(frozen=True, slots=True)
class Routine:
    """A meeting that was: its subject, who presented, from when how long, `where` (see `_selection`), who booked."""

    title: str
    subject: str
    presenter: str
    hour: int
    minute: int
    minutes: int
    where: str = "heads"
    owner: str = "thuky"
    places: int = 3


ROUTINES = (
    Routine("Phiên họp UBND tỉnh tháng {month}", "Xem xét các dự thảo trình HĐND tỉnh", "Sở Tư pháp", 8, 0, 210),
    Routine("Giao ban khối Văn hóa – Xã hội", "Công tác tháng {month}", "Các sở", 14, 0, 90, "hall", "sovanhoa", 12),
    Routine("Họp Ban Chỉ đạo xóa nhà tạm, nhà dột nát", "Tiến độ từng huyện", "Sở Dân tộc và Tôn giáo", 14, 0, 120),
    Routine(
        "Giao ban Chủ tịch UBND các xã {district}",
        "Nhiệm vụ tháng {month}",
        "Văn phòng",
        8,
        0,
        120,
        "district",
        "thuky2",
    ),
    Routine("Hội nghị trực tuyến về giải ngân vốn đầu tư công", "Vướng mắc từng dự án", "Sở Tài chính", 8, 0, 180),
    Routine(
        "Tập huấn phần mềm một cửa cho cán bộ cấp xã {other}", "Hướng dẫn", "Sở KH&CN", 13, 30, 180, "other", "thuky", 4
    ),
    Routine("Họp Ban Chỉ huy phòng thủ dân sự tỉnh", "Phương án mùa mưa lũ", "Bộ Chỉ huy Quân sự tỉnh", 14, 0, 120),
    Routine("Phiên họp UBND tỉnh tháng {month}", "Báo cáo kinh tế – xã hội", "Văn phòng UBND tỉnh", 8, 0, 210),
    Routine("Giao ban kỹ thuật các điểm cầu", "Kết quả thử đường truyền", "Sở KH&CN", 9, 0, 90, "science", "thuky", 2),
    Routine(
        "Hội nghị triển khai công tác phòng, chống thiên tai",
        "Kế hoạch năm",
        "Sở NN&MT",
        8,
        0,
        150,
        "province",
        "thuky",
        1,
    ),
    Routine("Giao ban khối Văn hóa – Xã hội", "Công tác tháng {month}", "Các sở", 14, 0, 90, "hall", "sovanhoa", 12),
    Routine("Họp trực tuyến về dịch bệnh trên đàn vật nuôi", "Tình hình dịch bệnh", "Sở NN&MT", 14, 0, 120),
    Routine(
        "Giao ban Chủ tịch UBND các xã {district}",
        "Nhiệm vụ tháng {month}",
        "Văn phòng",
        8,
        0,
        120,
        "district",
        "thuky2",
    ),
    Routine("Hội nghị trực tuyến về chuyển đổi số", "Kết quả sáu tháng", "Sở Khoa học và Công nghệ", 8, 0, 150),
    Routine("Phiên họp UBND tỉnh tháng {month}", "Dự toán ngân sách", "Sở Tài chính", 8, 0, 210),
    Routine(
        "Tập huấn kỹ năng số cho cán bộ cấp xã {other}", "Thực hành", "Sở KH&CN", 13, 30, 180, "other", "sonoivu", 4
    ),
    Routine("Họp Ban Chỉ đạo phát triển du lịch", "Chuẩn bị hội nghị sơ kết", "Sở VHTTDL", 14, 0, 120),
)


def past_sessions(plot: Plot, times: Timetable) -> list[Session]:
    """Twenty closed meetings of the last three months, on different days, the earliest first."""
    sessions = [_past_briefing(plot, times, months_back) for months_back in (3, 2, 1)]
    days = {session.starts_at.date() for session in sessions}
    for order, routine in enumerate(reversed(ROUTINES)):
        number = 2 + order * 7 // 2
        while times.back(number) in days:
            number += 1
        days.add(times.back(number))
        sessions.append(_routine_session(routine, plot, times, times.back(number)))
    return sorted(sessions, key=lambda session: session.starts_at)


def _past_briefing(plot: Plot, times: Timetable, months_back: int) -> Session:
    start = times.at(times.mid_month(months_back), 8)
    return Session(
        title=BRIEFING.format(month=start.month),
        starts_at=start,
        ends_at=start + timedelta(minutes=210),
        selection=Selection(under=plot.province),
        fate="closed",
        number=f"{198 - 21 * months_back}/GM-UBND",
        places=2,
        topics=briefing_topics(start.month),
    )


def _routine_session(routine: Routine, plot: Plot, times: Timetable, day: date) -> Session:
    start = times.at(day, routine.hour, routine.minute)
    words = {
        "month": start.month,
        "district": lower_first(plot.district_name),
        "other": lower_first(plot.other_name),
    }
    selection, unit, host = _where(routine.where, plot)
    return Session(
        title=routine.title.format(**words),
        starts_at=start,
        ends_at=start + timedelta(minutes=routine.minutes),
        selection=selection,
        fate="closed",
        owner=routine.owner,
        unit=unit,
        host=host,
        places=routine.places,
        topics=short_topics(routine.subject.format(**words), routine.presenter, routine.minutes),
        local=routine.where == "hall",
        chaired=unit == plot.province,
    )


def _where(where: str, plot: Plot) -> tuple[Selection, str, str]:
    """The selection, the unit that convenes and the main endpoint."""
    if where == "province":
        return Selection(under=plot.province), plot.province, "T1"
    if where == "hall":
        return Selection(endpoints=("T3",)), plot.province, "T3"
    if where == "science":
        return Selection(endpoints=("T4",), tiers=("district",)), plot.province, "T4"
    if where == "district":
        return Selection(under=plot.district), plot.district, plot.district_members[0]
    if where == "other":
        return Selection(endpoints=("T4", *plot.other_members)), plot.province, "T4"
    return Selection(groups=(PROVINCE_GROUP,)), plot.province, "T1"
