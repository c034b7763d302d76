"""Who answers what, who comes, when and how: drawn by lot in the proportions of the pictures. Pure but for the rows."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from random import Random

from meetings.attendance.actions import ScanRequest
from meetings.attendance.models import CheckIn, Method
from meetings.attendance.selectors import personal_code_of
from meetings.demo.names import draw_name, mix_of
from meetings.planning.models import Participant

# Of 3,156 summoned in the pictures.
SUMMONED, EXCUSED, UNEXCUSED, SUBSTITUTES, ONLINE, LATE = 3156, 100, 28, 184, 29, 93
# Answers to the invitation that is being prepared: the rest attends.
PREPARED = {"declined": 62, "substitute": 77, "none": 37}
SHORT_ENDPOINTS = 8
REASONS = (
    "Đi công tác tại Hà Nội theo giấy triệu tập",
    "Dự lớp bồi dưỡng lý luận chính trị",
    "Đi cơ sở kiểm tra phòng, chống thiên tai",
    "Nghỉ ốm, có giấy của cơ sở y tế",
    "Nghỉ phép năm đã được duyệt",
    "Dự họp của Ban Thường vụ cùng thời gian",
    "Tiếp đoàn kiểm tra của Trung ương",
)


def part_of(number: int, whole: int) -> int:
    """So many of `whole` as `number` is of the pictures' 3,156."""
    return round(number * whole / SUMMONED)


def decline(row: Participant, lots: Random) -> None:
    row.answer = Participant.Answer.DECLINED
    row.answer_reason = lots.choice(REASONS)


def send_substitute(row: Participant, lots: Random, province: str) -> None:
    row.answer = Participant.Answer.SUBSTITUTE
    row.answer_reason = lots.choice(REASONS)
    row.substitute_name = draw_name(lots, mix_of("", province), woman=lots.random() < 0.4)
    row.substitute_position = deputy(row.position)


def deputy(position: str) -> str:
    """Who comes in somebody's place: the deputy of a head, else somebody of the same office."""
    return position if position.startswith(("Phó", "Chuyên viên", "Công chức", "Kỹ sư")) else f"Phó {position}"


def absent_first(rows: Sequence[Participant], number: int, lots: Random) -> list[Participant]:
    """The `number` people who do not come: two or three at a few endpoints, elsewhere one at most while that suffices.
    Heads of meetings and holders of accounts always come."""
    by_endpoint: defaultdict[int, list[Participant]] = defaultdict(list)
    for row in rows:
        if row.role != Participant.Role.CHAIR and row.person.user_id is None:
            by_endpoint[row.endpoint_id].append(row)
    groups = [lots.sample(group, len(group)) for group in by_endpoint.values()]
    lots.shuffle(groups)
    large = [group for group in groups if len(group) >= 10 and group[0].endpoint.tier_id == "commune"]
    short = large[: SHORT_ENDPOINTS if number > SHORT_ENDPOINTS * 3 else 0]
    chosen = [group.pop() for group in short for _ in range(lots.choice((2, 3, 3)))]
    ordinary = [group for group in groups if group not in short]
    while len(chosen) < number and any(ordinary):
        for group in ordinary:
            if group and len(chosen) < number:
                chosen.append(group.pop())
    return chosen[:number]


def scans(
    rows: Sequence[Participant], starts_at: dt.datetime, until: dt.datetime, lots: Random
) -> list[tuple[dt.datetime, ScanRequest]]:
    """The scans of those who come: most in the last half hour before the start, a few late, none after `until`."""
    online = {row.pk for row in lots.sample(rows, part_of(ONLINE, len(rows)))}
    late = {row.pk for row in lots.sample(rows, part_of(LATE, len(rows)))}
    made = []
    for row in rows:
        if row.pk in late and row.person.user_id is None:
            moment = starts_at + dt.timedelta(minutes=lots.uniform(1, 28))
        else:
            moment = starts_at - dt.timedelta(minutes=45 - 44 * lots.betavariate(2.6, 1.6))
        moment = min(moment, until)
        by_hand = lots.random() < 0.12 or row.pk in online
        made.append(
            (
                moment,
                ScanRequest(
                    op_id=uuid.UUID(int=lots.getrandbits(128), version=4),
                    endpoint=row.endpoint.code,
                    method=Method.MANUAL if by_hand else Method.PERSONAL_QR,
                    scanned_at=moment,
                    code="" if by_hand else personal_code_of(row),
                    participant=row.pk if by_hand else None,
                    mode=CheckIn.Mode.ONLINE if row.pk in online else CheckIn.Mode.IN_PERSON,
                ),
            )
        )
    return sorted(made, key=lambda each: each[0])
