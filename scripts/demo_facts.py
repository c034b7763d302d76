"""What the pictures need to know of the demo: read by scripts/screenshots.py once Django is set up."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone
from PIL import Image

from accounts.actions import NewAccount, create_account
from accounts.decision import Role
from accounts.models import Unit, User
from meetings.attendance.qr import qr_png
from meetings.attendance.selectors import personal_code_of
from meetings.demo.cast import PASSWORD
from meetings.documents.models import Document
from meetings.planning.models import Meeting, Participant
from rooms.models import Closure, Endpoint

NEWCOMER = "moi"
WALL_COLOUR, CARD_COLOUR = "#1c2326", "#e8ecec"


@dataclass(frozen=True)
class Facts:
    """`open` and `coming`: numbers of meetings; `paper`: the longest document of the item that runs; `day`: of the busy
    afternoon; `wish`: on which the whole province is not free; `place`: where somebody is not there yet, `code` theirs.
    """

    open: int
    coming: int
    paper: int
    day: str
    wish: str
    place: str
    code: str


def gather() -> Facts:
    """Read the facts. Makes an account of a new unit without meetings, too. Raises DoesNotExist without a demo."""
    running = Meeting.objects.get(status=Meeting.Status.OPEN)
    coming = Meeting.objects.get(status=Meeting.Status.SCHEDULED, number="214/GM-UBND")
    days = [timezone.localdate(closure.starts_at).isoformat() for closure in Closure.objects.order_by("starts_at")]
    missing = Participant.objects.filter(meeting=running, check_in=None, answer=Participant.Answer.NONE)
    someone = missing.select_related("endpoint").filter(endpoint__tier="commune").earliest("endpoint__code")
    papers = Document.objects.filter(meeting=running, status=Document.Status.PUBLISHED).prefetch_related("versions")
    paper = max(papers, key=lambda each: max(version.pages for version in each.versions.all()))
    if not User.objects.filter(username=NEWCOMER).exists():
        _make_newcomer(running.unit, running.starts_at)
    return Facts(running.pk, coming.pk, paper.pk, days[0], days[-1], someone.endpoint.code, personal_code_of(someone))


def _make_newcomer(province: Unit, day: datetime) -> None:
    # It opens a month after the pictures: those of the network stay those of 208 endpoints.
    since = timezone.localdate(day) + timedelta(days=30)
    unit = Unit.objects.create(
        code=f"{province.code}K",
        name="Ban Quản lý Khu kinh tế cửa khẩu",
        kind="ban",
        tier=province.tier,
        parent=province,
        path="",
        valid_from=since,
        search_text="ban quan ly khu kinh te cua khau",
    )
    unit.path = f"{province.path}{unit.pk}/"
    unit.save(update_fields=["path"])
    Endpoint.objects.create(
        code="K1", name=unit.name, unit=unit, tier_id=province.tier, valid_from=since, search_text=unit.search_text
    )
    facts = NewAccount(username=NEWCOMER, full_name="Nông Thị Vân", unit=unit, role=Role.SECRETARIAT)
    user = create_account(None, facts)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def film(code: str, folder: Path) -> Path:
    """A film for a camera: the code on a card, held a little askew before a dark wall."""
    picture = Image.open(io.BytesIO(qr_png(code, module_pixels=8))).convert("RGB")
    card = Image.new("RGB", (picture.width + 40, picture.height + 40), CARD_COLOUR)
    card.paste(picture, (20, 20))
    card = card.resize((470, 470)).rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=WALL_COLOUR)
    frame = Image.new("RGB", (1280, 960), WALL_COLOUR)
    frame.paste(card, ((frame.width - card.width) // 2, (frame.height - card.height) // 2))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=92)
    path = folder / "code.mjpeg"
    path.write_bytes(out.getvalue() * 2)
    return path
