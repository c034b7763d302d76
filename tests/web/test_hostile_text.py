"""Hostile words in every field: no page, no letter, no calendar and no table takes them for anything but words."""

import csv
import email
import email.policy
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from icalendar import Calendar

from meetings.documents.models import Document, Version
from meetings.invitations.letters import calendar_text, message_for
from meetings.invitations.models import Letter
from meetings.planning.models import Meeting
from tests.meetings.documents.papers import pdf, take_unopened
from tests.web.asking import drained, send
from tests.web.hostile import MARKUP, write_everywhere
from tests.web.matrix import every_row
from tests.web.stage import Stage

Undone = Callable[[Callable[[], Any]], Any]
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PLAIN = "Hồ sơ"
READERS = ("secretary", "delegate", "administrator", "observer")
ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data", "xlink:href"}


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes; texts are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.led: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The top bar writes a long unit in two lines, each a bare span; no text of MARKUP brings one.
        if (tag, attrs) != ("span", []):
            self.elements[tag, tuple(sorted(name for name, _value in attrs))] += 1
        for name, value in attrs:
            if name in ADDRESSES and re.match(r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE):
                self.led.add(value or "")


def shape_of(page: str) -> Shape:
    shape = Shape()
    shape.feed(page)
    shape.close()
    return shape


def pages(stage: Stage, readers: tuple[str, ...]) -> dict[str, str]:
    """The text of every page that is shown, by reader and address."""
    cache.clear()
    shown = {}
    templates = {row.template: row for row in every_row() if row.method == "GET" and "accounts/2fa" not in row.template}
    for template in templates:
        if template.startswith(("/api/", "/livez", "/readyz", "/accounts/")):
            continue
        for who in readers[:1] if "{meeting}" in template and "tablet" not in template else readers:
            answer = send(stage.client(who), "GET", template, stage.worlds["open"])
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                shown[f"{who} {template}"] = answer.content.decode()
    return shown


def planted(stage: Stage, text: str) -> dict[str, str]:
    """The pages with that text in every field: one text before every reader, the others before the secretariat and a
    delegate, whose templates differ most."""
    write_everywhere(stage, text)
    return pages(stage, READERS if text in {PLAIN, MARKUP[0]} else READERS[:2])


@pytest.fixture(scope="module")
def harmless() -> dict[str, Counter[tuple[str, tuple[str, ...]]]]:
    """The shapes of the pages with plain words in every field; the first test fills it."""
    return {}


@pytest.mark.parametrize("text", MARKUP)
def test_no_page_takes_words_for_markup(
    stage: Stage, undone: Undone, harmless: dict[str, Counter[tuple[str, tuple[str, ...]]]], text: str
) -> None:
    if not harmless:
        plain = undone(partial(planted, stage, PLAIN))
        harmless.update({name: shape_of(page).elements for name, page in plain.items()})
        assert len(harmless) > 50
    shapes = {name: shape_of(page) for name, page in undone(partial(planted, stage, text)).items()}
    assert {
        name: shape.elements - harmless[name] for name, shape in shapes.items() if shape.elements != harmless[name]
    } == {}
    assert {name: shape.led for name, shape in shapes.items() if shape.led} == {}


BREAKS = (
    "\r\nBcc: evil@example.org",
    "\nBcc: evil@example.org\n\nbody",
    "\rX-Evil: 1",
    "\r\n\r\n<html>",
    "\u2028Bcc: evil@example.org",
    "\x85Bcc: evil@example.org",
    "\x0b\x0cBcc: evil@example.org",
    "=?utf-8?q?a=0D=0ABcc=3A_evil=40example=2Eorg?=",
    "%0d%0aBcc: evil@example.org",
    "\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:evil",
    "\r\nATTACH:http://evil.example/",
    "\\nATTENDEE:mailto:evil@example.org",
    '";X-EVIL=1:mailto:evil@example.org',
    ";VALUE=URI:http://evil.example",
    "^nORGANIZER:mailto:evil@example.org",
)


def letter_with(stage: Stage, text: str) -> tuple[list[str], str, list[str], bytes]:
    """Names of the mail's headers, its subject, its receivers, its calendar: with that text in every field."""
    write_everywhere(stage, f"Giao ban{text}")
    known = stage.worlds["open"].letter
    Letter.objects.filter(pk=known.pk).update(address="sua@example.vn", reason="")
    letter = Letter.objects.select_related("participant__person", "participant__meeting__unit").get(pk=known.pk)
    message = message_for(letter)
    # As the receiver's program reads it.
    sent = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
    return list(sent.keys()), str(sent["Subject"]), message.recipients(), calendar_text(letter)


def lines_of(calendar: Any) -> list[tuple[str, list[str]]]:
    return [(part.name, sorted(part.keys())) for part in calendar.walk()]


@pytest.mark.parametrize("text", BREAKS)
def test_no_letter_takes_words_for_headers_or_for_lines_of_its_calendar(
    stage: Stage, undone: Undone, text: str
) -> None:
    headers, _subject, receivers, entry = undone(partial(letter_with, stage, ""))
    said, subject, reached, other = undone(partial(letter_with, stage, text))
    assert (said, reached) == (headers, receivers)
    assert re.findall(r"[\r\n]", subject) == []
    assert lines_of(Calendar.from_ical(other)) == lines_of(Calendar.from_ical(entry))


def test_a_title_of_several_lines_becomes_one_line_in_the_letter(stage: Stage, undone: Undone) -> None:
    def subject() -> str:
        meeting = stage.worlds["open"].meeting
        Meeting.objects.filter(pk=meeting.pk).update(title="Giao ban\r\nquý II")
        letter = Letter.objects.select_related("participant__person").get(pk=stage.worlds["open"].letter.pk)
        return str(message_for(letter).subject)

    assert "Giao ban quý II" in undone(subject)


FORMULAS = (
    *("=1+1", "=cmd|'/c calc'!A1", '=HYPERLINK("http://evil.example","x")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1"),
    *("\r=1+1", "\n=1+1", " =1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "=IMPORTXML(1)", "%=1", "|=1", "{=1+1}"),
)
STARTS = tuple("=+-@\t\r\n＝＋－＠")


def tables(stage: Stage, text: str) -> dict[str, bytes]:
    write_everywhere(stage, text)
    world = stage.worlds["open"]
    client = stage.client("secretary")
    templates = [
        *(f"/meetings/{{meeting}}/report/attendance.{kind}" for kind in ("csv", "xlsx")),
        *(f"/api/v1/meetings/{{meeting}}/attendance.{kind}" for kind in ("csv", "xlsx")),
        *(f"/meetings/{{meeting}}/people/template.{kind}" for kind in ("csv", "xlsx")),
    ]
    return {template: client.get(world.address(template)).content for template in templates}


def cells_at_risk(content: bytes) -> list[str]:
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    return [cell for cell in cells if cell.lstrip(" ").startswith(STARTS)]


def formulas(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
        linked = [name for name in book.namelist() if "_rels/sheet" in name or "externalLink" in name]
    return [found for sheet in sheets for found in re.findall(r"<f[ >].*?</f>|<hyperlink", sheet)] + linked


@pytest.mark.parametrize("text", FORMULAS)
def test_no_table_takes_words_for_a_formula(stage: Stage, undone: Undone, text: str) -> None:
    for template, content in undone(partial(tables, stage, text)).items():
        found = cells_at_risk(content) if template.endswith(".csv") else formulas(content)
        assert (template, found) == (template, [])


NAMES = (
    "../../../etc/cron.d/x.pdf",
    "..\\..\\windows\\x.pdf",
    "/etc/passwd.pdf",
    "a\x00.html.pdf",
    "\u202efdp.exe.pdf",
    'a"; filename="evil.html.pdf',
    "a\r\nSet-Cookie: evil=1.pdf",
    "x" * 300 + ".pdf",
    ".pdf",
    "CON.pdf",
    "<img src=x onerror=alert(1)>.pdf",
    "file.pdf\u2028",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("template", ["/meetings/{meeting}/documents/new/", "/api/v1/meetings/{meeting}/documents"])
def test_a_file_s_name_is_never_a_place_nor_a_header(
    stage: Stage, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, template: str, name: str
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr("meetings.documents.actions.ingest", partial(take_unopened, media=tmp_path))
    world = stage.worlds["open"]
    file = SimpleUploadedFile("x.pdf", pdf(), content_type="application/pdf")
    monkeypatch.setattr(file, "_name", name)  # as only a program sends it
    known = set(Document.objects.values_list("pk", flat=True))
    client = stage.client("secretary")
    answer = client.post(world.address(template), {"file": file, "access": "everyone"})
    assert answer.status_code in {201, 302}
    (document,) = Document.objects.exclude(pk__in=known)
    version = Version.objects.get(document=document)
    kept = [path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("*") if path.is_file()]
    assert {parts[0] for parts in kept} == {"media"}
    assert {parts[1] for parts in kept} == {"documents", "originals", "thumbnails"}
    for text in (version.original_name, document.title):
        assert re.findall(r"[/\\\x00-\x1f\u202a-\u202e\u2028]", text) == []
    sent = drained(client.get(f"/documents/{document.pk}/{version.sha256}.pdf?download"))
    assert ("Set-Cookie" in sent.headers, sent.headers["Content-Type"]) == (False, "application/pdf")
    assert re.fullmatch(
        r"attachment; filename=\"[ !#-~]*\"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+", sent.headers["Content-Disposition"]
    )
