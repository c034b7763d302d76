"""The report as a file: the workbook, the paper that the office files, the table for other programs."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language

from accounts.names import proper_name
from accounts.wording import spoken_unit
from meetings.documents.names import content_disposition
from meetings.planning.models import Meeting
from meetings.reports.csv import persons_csv
from meetings.reports.figures import AttendanceReport
from meetings.reports.paper import Paper
from meetings.reports.pdf import attendance_pdf
from meetings.reports.selectors import attendance_report
from meetings.reports.words import words_for
from meetings.reports.xlsx import attendance_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONTS = Path(settings.BASE_DIR) / "static" / "vendor" / "tinos-5.3.0"


def paper_of(meeting: Meeting) -> Paper:
    """Head and foot of a paper of the unit's own office. The number stays open: the records office gives it."""
    unit = meeting.unit
    name = spoken_unit(unit.name)
    return Paper(
        parent_body=f"UBND {name}".upper(),
        issuing_body="VĂN PHÒNG",
        issuer=f"Văn phòng UBND {name}",
        symbol="BC-VP",
        place=proper_name(unit.name, unit.kind),
        dated=timezone.localdate(meeting.closed_at) if meeting.closed_at else timezone.localdate(),
        recipients=(f"Thường trực UBND {name}", "Lãnh đạo Văn phòng", "Các điểm cầu dự họp", "Lưu: VT, TH"),
        signer_title="CHÁNH VĂN PHÒNG",
    )


def _xlsx(report: AttendanceReport, _meeting: Meeting) -> bytes:
    return attendance_xlsx(report, words_for(get_language() or "vi"))


def _csv(report: AttendanceReport, _meeting: Meeting) -> bytes:
    return persons_csv(report, words_for(get_language() or "vi"))


def _pdf(report: AttendanceReport, meeting: Meeting) -> bytes:
    return attendance_pdf(report, paper_of(meeting), words_for("vi"), fonts=FONTS)


EXPORTS: dict[str, tuple[str, Callable[[AttendanceReport, Meeting], bytes]]] = {
    "xlsx": (XLSX, _xlsx),
    "csv": ("text/csv; charset=utf-8", _csv),
    "pdf": ("application/pdf", _pdf),
}


def export(meeting: Meeting, kind: str) -> HttpResponse:
    """The report of the meeting as it stands now. Raises KeyError for a kind that EXPORTS does not have."""
    content_type, make = EXPORTS[kind]
    # A formal paper of the State is written in Vietnamese, names of places too, whatever the reader's language.
    with translation.override("vi" if kind == "pdf" else get_language()):
        response = HttpResponse(make(attendance_report(meeting), meeting), content_type=content_type)
    day = timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d")
    name = f"diem-danh-{day}-{meeting.pk}.{kind}"
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
