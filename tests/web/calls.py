"""What is sent with each unsafe call of the matrix: a body that would be taken from whoever may do the act."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership
from meetings.attendance.selectors import entry_code_of
from meetings.planning.plan_form import PlanForm
from tests.web.stage import World

Body = Callable[[World], dict[str, Any] | list[Any]]
AHEAD: Final = dt.timedelta(days=30)


def _day() -> dt.datetime:
    return timezone.localtime() + AHEAD


def booking_form(_world: World) -> dict[str, Any]:
    """What the page sends that books."""
    return {
        "title": "Giao ban",
        "unit": "024",
        "host_endpoint": "T1",
        "chair": "",
        "day": _day().date().isoformat(),
        "start": "08:00",
        "end": "10:00",
        "setup_minutes": "60",
        "add": "T1",
    }


def series_form(world: World) -> dict[str, Any]:
    """What the page sends for two weekly dates."""
    return {**booking_form(world), "repeat": "weekly", "interval": "1", "ends": "count", "count": "2"}


def following_form(world: World) -> dict[str, Any]:
    """What the page sends that gives the coming date of the series another name."""
    begin = timezone.localtime(world.series.starts_at)
    return {
        "version": "1",
        "from": world.coming_day().isoformat(),
        "title": "Tên khác",
        "start": begin.strftime("%H:%M"),
        "end": (begin + dt.timedelta(minutes=world.series.minutes)).strftime("%H:%M"),
        "setup_minutes": "60",
        "repeat": "",
    }


def plan_form(world: World) -> dict[str, Any]:
    """What the page sends that changes a meeting: another title, the rest as it was seen."""
    sent: dict[str, Any] = {}
    for name, field in PlanForm(world.people.secretary, world.meeting, []).fields.items():
        value = _written(PlanForm(world.people.secretary, world.meeting, []).initial[name])
        sent[name] = value
        if field.show_hidden_initial:
            sent[f"initial-{name}"] = value
    return {**sent, "title": "Tên khác"}


def _written(value: object) -> str:
    return value.strftime("%H:%M") if isinstance(value, dt.time) else str(value)


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("bao-cao.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")


def sheet() -> SimpleUploadedFile:
    return SimpleUploadedFile(
        "danh-sach.csv", "Họ và tên,Điểm cầu\nVàng Mí Sính,T1\n".encode(), content_type="text/csv"
    )


def _moment(hour: int) -> str:
    return _day().replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()


def new_meeting(_world: World) -> dict[str, Any]:
    return {
        "title": "Giao ban",
        "starts_at": _moment(8),
        "ends_at": _moment(10),
        "unit": "024",
        "selection": {"endpoints": ["T1"]},
    }


def scans(world: World) -> list[Any]:
    return [
        {
            "op_id": str(uuid.uuid4()),
            "participant": world.participant.pk,
            "endpoint": world.endpoint,
            "method": "manual",
            "scanned_at": timezone.now().isoformat(),
        }
    ]


def _words(_world: World) -> dict[str, Any]:
    return {"title": "Nội dung mới", "presenter": "Sở Tài chính", "minutes": 15}


def _place(world: World) -> dict[str, Any]:
    return {"endpoint": world.participant.endpoint.code, "role": "guest", "summons": "head", "position": "Phó"}


def _entry(world: World) -> dict[str, Any]:
    return {"code": entry_code_of(world.participant), "enter": "1"}


FORMS: Final[Mapping[str, Body]] = {
    "/i18n/setlang/": lambda _: {"language": "en"},
    "/accounts/login/": lambda _: {"login": "nobody", "password": "demo-pass-1"},
    "/accounts/reauthenticate/": lambda _: {"password": "demo-pass-1"},
    "/accounts/2fa/reauthenticate/": lambda _: {"code": "123456"},
    "/accounts/password/change/": lambda _: {
        "oldpassword": "demo-pass-1",
        "password1": "mot-mat-khau-dai",
        "password2": "mot-mat-khau-dai",
    },
    "/accounts/password/reset/": lambda _: {"email": "lan@example.vn"},
    "/administration/calendar/": lambda _: {"day": "2031-06-10", "kind": "off", "name": "Ngày truyền thống"},
    "/administration/calendar/2031-06-02/": lambda _: {"kind": "worked", "name": "Ngày làm việc"},
    "/endpoints/X00715/hours/": lambda _: {
        "first_day": "2031-06-02",
        "start": "08:00",
        "last_day": "2031-06-02",
        "end": "09:00",
        "reason": "Bảo trì",
    },
    "/meetings/new/": booking_form,
    "/meetings/new/check/": booking_form,
    "/meetings/new/dates/": series_form,
    "/series/new/": series_form,
    "/series/{series}/dates/{skipped}/add/": lambda _: {"version": "1"},
    "/series/{series}/following/": following_form,
    "/series/{series}/cancel/": lambda world: {"version": "1", "from": world.coming_day().isoformat()},
    "/meetings/{meeting}/copy/": booking_form,
    "/templates/{template}/book/": booking_form,
    "/meetings/{meeting}/template/": lambda _: {"name": "Giao ban tuần", "agenda": "on"},
    "/templates/{template}/": lambda _: {
        "name": "Tên khác",
        "title": "Giao ban",
        "minutes": "60",
        "setup_minutes": "30",
        "teardown_minutes": "0",
    },
    "/calendar/": lambda _: {"kind": "person"},
    "/groups/new/": lambda _: {"name": "Nhóm mới", "unit": "024", "add": "T1"},
    "/groups/{group}/": lambda _: {"name": "Tên khác"},
    "/meetings/{meeting}/extend/": lambda _: {"minutes": "15"},
    "/meetings/new/precedence/": booking_form,
    "/meetings/{meeting}/precedence/": lambda _: {"ground": "force_majeure", "reason": "Bão số 3"},
    "/network/blocks/new/": lambda world: {**booking_form(world), "unit": "02", "convener": "Văn phòng Chính phủ"},
    "/meetings/{meeting}/edit/": plan_form,
    "/meetings/{meeting}/people/new/": lambda world: {**_place(world), "full_name": "Vàng Mí Sính"},
    "/meetings/{meeting}/people/import/": lambda _: {"file": sheet()},
    "/meetings/{meeting}/people/{participant}/": _place,
    "/meetings/{meeting}/letters/{letter}/again/": lambda _: {"address": "dung@example.vn"},
    "/meetings/{meeting}/agenda/new/": _words,
    "/meetings/{meeting}/agenda/order/": lambda world: {"order": str(world.item.pk)},
    "/meetings/{meeting}/agenda/{item}/edit/": _words,
    "/meetings/{meeting}/agenda/{item}/move/": lambda _: {"direction": "up"},
    "/meetings/{meeting}/documents/new/": lambda _: {"file": pdf(), "title": "", "item": "", "access": "everyone"},
    "/documents/{document}/edit/": lambda _: {"title": "Tên khác", "item": "", "access": "staff"},
    "/documents/{document}/versions/new/": lambda _: {"file": pdf()},
    "/meetings/{meeting}/acts/open/": lambda _: {"agreed": "1"},
    "/meetings/{meeting}/acts/close/": lambda _: {"agreed": "1"},
    "/meetings/{meeting}/acts/cancel/": lambda _: {"agreed": "1", "reason": "Bão số 3"},
    "/meetings/{meeting}/acts/postpone/": lambda _: {"agreed": "1", "reason": "Bão số 3"},
    "/meetings/{meeting}/answer/": lambda _: {"answer": "attending"},
    "/join/": _entry,
    "/join/{entry}/": _entry,
    "/administration/accounts/new/": lambda _: {
        "username": "moi",
        "full_name": "Sùng Mí Páo",
        "role": "delegate",
        "unit": "026",
    },
    "/administration/accounts/{account}/roles/new/": lambda _: {"role": "observer", "unit": "026"},
    "/administration/accounts/{account}/acts/withdraw-role/": lambda world: {
        "row": str(Membership.objects.filter(user=world.account).values_list("pk", flat=True).first())
    },
    "/c/{code}": lambda _: {"op_id": str(uuid.uuid4())},
}

CALLS: Final[Mapping[str, Body]] = {
    "POST /selection": lambda _: {"selection": {"endpoints": ["T1"]}},
    "POST /slots": lambda _: {"selection": {"endpoints": ["T1"]}, "minutes": 60, "from": _moment(8)},
    "POST /meetings": new_meeting,
    "POST /meetings/check": new_meeting,
    "POST /series/{series}/dates": lambda world: {"version": 1, "day": world.skipped_day().isoformat()},
    "POST /series/{series}/following": lambda world: {
        "version": 1,
        "from": world.coming_day().isoformat(),
        "title": "Tên khác",
    },
    "POST /series/{series}/cancel": lambda _: {"version": 1},
    "POST /meetings/{meeting}/copy": lambda _: {"starts_at": _moment(15)},
    "POST /templates": lambda world: {"meeting": world.meeting.pk, "name": "Giao ban tuần"},
    "POST /groups": lambda _: {"name": "Nhóm mới", "unit": "024", "selection": {"endpoints": ["T1"]}},
    "PATCH /groups/{group}": lambda _: {"name": "Tên khác"},
    "POST /meetings/{meeting}/preempt": lambda _: {"reason": "Bão số 3"},
    "PATCH /meetings/{meeting}": lambda world: {"version": world.meeting.version, "title": "Tên khác"},
    "POST /meetings/{meeting}/check": lambda world: {"version": world.meeting.version, "title": "Tên khác"},
    "POST /meetings/{meeting}/participants": lambda world: [
        {"full_name": "Vàng Mí Sính", "endpoint": world.participant.endpoint.code}
    ],
    "PATCH /meetings/{meeting}/participants/{participant}": lambda _: {"position": "Phó"},
    "POST /meetings/{meeting}/participants/{participant}/answer": lambda _: {"answer": "attending"},
    "POST /meetings/{meeting}/agenda": _words,
    "PUT /meetings/{meeting}/agenda/order": lambda world: {"order": [world.item.pk]},
    "PATCH /meetings/{meeting}/agenda/{item}": lambda _: {"minutes": 25},
    "POST /meetings/{meeting}/requests": lambda _: {"endpoints": ["T2"]},
    "POST /requests/{request}/refuse": lambda _: {"reason": "Phòng đang sửa"},
    "PATCH /documents/{document}": lambda _: {"title": "Tên khác"},
    "POST /meetings/{meeting}/check-ins": scans,
}

UPLOADS: Final = frozenset({"POST /meetings/{meeting}/documents", "POST /documents/{document}/versions"})
"""Calls of the API that take a form with a file instead of JSON."""
