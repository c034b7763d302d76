"""The words of the attendance report, in Vietnamese and in English, for files that no template renders.

A file is a document of the office: its words do not follow the language of whoever downloads it but the one that was
asked for. Places in braces are filled by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from accounts.text import fold
from accounts.wording import is_english
from meetings.reports.figures import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str
    nation: str
    motto: str
    number: str
    place_and_date: str
    report: str
    subject: str
    kinds: Mapping[str, str]
    held: str
    led_by: str
    modes: Mapping[str, str]
    counted: str
    absent: str
    absent_open: str
    as_follows: str
    annexes: str
    annexes_named: str
    clock: str
    date: str
    annex: str
    enclosed_with: str
    recipients: str
    by_endpoint_title: str
    absent_title: str
    persons_title: str
    nobody_absent: str
    seal: str
    ordinal: str
    tier: str
    endpoint: str
    endpoint_code: str
    endpoints: str
    group: str
    summoned: str
    in_person: str
    online: str
    substitutes: str
    present: str
    excused: str
    unexcused: str
    not_yet: str
    late: str
    left_early: str
    rate: str
    rate_percent: str
    short_endpoints: str
    short_in_person: str
    short_online: str
    short_substitutes: str
    short_present: str
    short_unexcused: str
    full_name: str
    position: str
    unit: str
    result: str
    checked_in_at: str
    reason: str
    note: str
    substitute_note: str
    outcomes: Mapping[Outcome, str]
    total_of: str
    summary_sheet: str
    endpoint_sheet: str
    persons_sheet: str
    meeting: str
    time: str
    chair: str
    closed: str
    closed_at: str
    still_open: str
    reported: str
    page: str
    opening: str
    bars_title: str
    bar_said: str
    arrivals_title: str
    arrivals_said: str


VI: Final = Words(
    language="vi",
    nation="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto="Độc lập - Tự do - Hạnh phúc",
    number="Số:",
    place_and_date="{place}, ngày {day} tháng {month} năm {year}",
    report="BÁO CÁO",
    subject="Kết quả điểm danh {title}",
    kinds=MappingProxyType(
        {
            "hoi nghi": "Hội nghị",
            "hoi thao": "Hội thảo",
            "phien hop": "Phiên họp",
            "ky hop": "Kỳ họp",
            "": "Cuộc họp",
        }
    ),
    held="{kind} diễn ra từ {start} đến {end}{led_by}, {mode} tại {endpoints} điểm cầu.",
    led_by=", do đồng chí {chair} chủ trì",
    modes=MappingProxyType(
        {
            "both": "họp trực tiếp kết hợp trực tuyến",
            "online": "họp trực tuyến",
            "in_person": "họp trực tiếp",
        }
    ),
    counted="Triệu tập {summoned} đại biểu, có mặt {present} đại biểu, đạt {rate}; "
    "trong đó {substitutes} người đi thay.",
    absent="Vắng có lý do {excused}, vắng không lý do {unexcused} đại biểu.",
    absent_open="Chưa điểm danh {not_yet} đại biểu; số liệu chưa chốt.",
    as_follows="Cụ thể:",
    annexes="Kết quả theo từng điểm cầu tại Phụ lục I; danh sách đại biểu vắng và lý do tại Phụ lục II.",
    annexes_named="Kết quả theo từng điểm cầu tại Phụ lục I; danh sách đại biểu vắng và lý do tại Phụ lục II; "
    "danh sách đại biểu tại Phụ lục III.",
    clock="{hour} giờ {minute} phút",
    date="ngày {day}/{month}/{year}",
    annex="PHỤ LỤC {numeral}",
    enclosed_with="(Kèm theo Báo cáo số {gap}/{symbol} {date} của {issuer})",
    recipients="Nơi nhận:",
    by_endpoint_title="KẾT QUẢ ĐIỂM DANH THEO ĐIỂM CẦU",
    absent_title="DANH SÁCH ĐẠI BIỂU VẮNG",
    persons_title="DANH SÁCH ĐẠI BIỂU",
    nobody_absent="Không có đại biểu vắng.",
    seal="Mã niêm phong nhật ký cuộc họp: {seal}",
    ordinal="TT",
    tier="Cấp",
    endpoint="Điểm cầu",
    endpoint_code="Mã điểm cầu",
    endpoints="Số điểm cầu",
    group="Huyện, thành phố",
    summoned="Triệu tập",
    in_person="Có mặt trực tiếp",
    online="Có mặt trực tuyến",
    substitutes="Người đi thay",
    present="Tổng có mặt",
    excused="Vắng có lý do",
    unexcused="Vắng không lý do",
    not_yet="Chưa điểm danh",
    late="Đến muộn",
    left_early="Về sớm",
    rate="Tỷ lệ có mặt",
    rate_percent="Tỷ lệ (%)",
    short_endpoints="Số điểm cầu",
    short_in_person="Trực tiếp",
    short_online="Trực tuyến",
    short_substitutes="Đi thay",
    short_present="Tổng có mặt",
    short_unexcused="Vắng không lý do",
    full_name="Họ và tên",
    position="Chức vụ",
    unit="Đơn vị",
    result="Kết quả",
    checked_in_at="Giờ điểm danh",
    reason="Lý do",
    note="Ghi chú",
    substitute_note="Người đi thay: {name}",
    outcomes=MappingProxyType(
        {
            Outcome.IN_PERSON: "Có mặt trực tiếp",
            Outcome.ONLINE: "Có mặt trực tuyến",
            Outcome.SUBSTITUTE: "Có người đi thay",
            Outcome.EXCUSED: "Vắng có lý do",
            Outcome.UNEXCUSED: "Vắng không lý do",
            Outcome.NOT_YET: "Chưa điểm danh",
        }
    ),
    total_of="Tổng cộng",
    summary_sheet="Tổng hợp",
    endpoint_sheet="Theo điểm cầu",
    persons_sheet="Danh sách",
    meeting="Cuộc họp",
    time="Thời gian",
    chair="Chủ trì",
    closed="Chốt điểm danh",
    closed_at="{time} ngày {day}",
    still_open="Chưa chốt",
    reported="Điểm cầu đã báo cáo",
    page="Trang {page}/{pages}",
    opening="Khai mạc",
    bars_title="Kết quả điểm danh theo huyện, thành phố",
    bar_said="{name}: có mặt {present} trên {summoned}, đạt {rate}; đi thay {substitutes}, vắng có lý do {excused}, "
    "vắng không lý do {unexcused}, chưa điểm danh {not_yet}",
    arrivals_title="Lượt điểm danh cộng dồn",
    arrivals_said="Từ {start} đến {end} có {present} người điểm danh.",
)

EN: Final = Words(
    language="en",
    nation="SOCIALIST REPUBLIC OF VIET NAM",
    motto="Independence - Freedom - Happiness",
    number="No.:",
    place_and_date="{place}, {day}/{month}/{year}",
    report="REPORT",
    subject="Attendance at {title}",
    kinds=MappingProxyType({"": "The meeting"}),
    held="{kind} was held from {start} to {end}{led_by}, {mode} at {endpoints} endpoints.",
    led_by=", chaired by {chair}",
    modes=MappingProxyType({"both": "in person combined with online", "online": "online", "in_person": "in person"}),
    counted="Of {summoned} delegates summoned, {present} were present ({rate}), {substitutes} of them substitutes.",
    absent="Excused: {excused}; unexcused: {unexcused}.",
    absent_open="Not yet checked: {not_yet}; the figures are not final.",
    as_follows="In detail:",
    annexes="Figures by endpoint: Annex I; delegates absent, with reasons: Annex II.",
    annexes_named="Figures by endpoint: Annex I; delegates absent, with reasons: Annex II; all delegates: Annex III.",
    clock="{hour}:{minute}",
    date="on {day}/{month}/{year}",
    annex="ANNEX {numeral}",
    enclosed_with="(Enclosed with Report No. {gap}/{symbol}, {date}, of {issuer})",
    recipients="Recipients:",
    by_endpoint_title="ATTENDANCE BY ENDPOINT",
    absent_title="DELEGATES ABSENT",
    persons_title="DELEGATES",
    nobody_absent="No delegate was absent.",
    seal="Seal of the meeting's journal: {seal}",
    ordinal="No.",
    tier="Tier",
    endpoint="Endpoint",
    endpoint_code="Endpoint code",
    endpoints="Endpoints",
    group="District",
    summoned="Summoned",
    in_person="In person",
    online="Online",
    substitutes="Substitutes",
    present="Present",
    excused="Excused",
    unexcused="Unexcused",
    not_yet="Not checked",
    late="Late",
    left_early="Left early",
    rate="Attendance",
    rate_percent="Rate (%)",
    short_endpoints="Sites",
    short_in_person="In person",
    short_online="Online",
    short_substitutes="Subst.",
    short_present="Present",
    short_unexcused="Not excused",
    full_name="Full name",
    position="Position",
    unit="Unit",
    result="Result",
    checked_in_at="Checked in at",
    reason="Reason",
    note="Note",
    substitute_note="Substitute: {name}",
    outcomes=MappingProxyType(
        {
            Outcome.IN_PERSON: "In person",
            Outcome.ONLINE: "Online",
            Outcome.SUBSTITUTE: "Substitute",
            Outcome.EXCUSED: "Excused",
            Outcome.UNEXCUSED: "Unexcused",
            Outcome.NOT_YET: "Not checked",
        }
    ),
    total_of="Total",
    summary_sheet="Summary",
    endpoint_sheet="By endpoint",
    persons_sheet="Delegates",
    meeting="Meeting",
    time="Time",
    chair="Chair",
    closed="Roll call closed",
    closed_at="{time}, {day}",
    still_open="Still open",
    reported="Endpoints reported",
    page="Page {page}/{pages}",
    opening="Opening",
    bars_title="Attendance by district",
    bar_said="{name}: {present} of {summoned} present, {rate}; substitutes {substitutes}, excused {excused}, "
    "unexcused {unexcused}, not checked {not_yet}",
    arrivals_title="Check-ins, cumulative",
    arrivals_said="From {start} to {end}, {present} persons checked in.",
)


def words_for(language: str) -> Words:
    """Return the English words for "en" and its variants, else the Vietnamese ones."""
    return EN if is_english(language) else VI


def kind_of(title: str, words: Words) -> str:
    """Return what the meeting calls itself: "Hội nghị" for "Hội nghị giao ban …", else "Cuộc họp"."""
    folded = fold(title)
    return next((name for start, name in words.kinds.items() if start and folded.startswith(start)), words.kinds[""])
