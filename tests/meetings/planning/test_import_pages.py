"""Importing a list: a trial that names every wrong cell, then all of it or nothing."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Person, User
from accounts.sheets import SheetRejected
from audit.models import Entry
from meetings.planning import importing
from meetings.planning.importing import ImportGone, ImportOutdated, import_kept, try_out
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db
HEADS = ("Họ và tên", "Chức vụ", "Điểm cầu", "Thư điện tử", "Điện thoại", "Vai trò")


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def sheet(*rows: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *rows])
    return out.getvalue().encode("utf-8-sig")


def row(name: str, endpoint: str = "T1", **fields: str) -> list[str]:
    return [name, fields.get("position", ""), endpoint, fields.get("email", ""), fields.get("phone", ""), ""]


GOOD = sheet(
    row("Lù Văn Phong", "H026", position="Phó Chủ tịch", email="phong@example.vn", phone="0912 345 678"),
    row("Sùng Mí Chá", "X00715"),
)


def send(client: Client, meeting: Meeting, content: bytes, name: str = "dai-bieu.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(f"/meetings/{meeting.pk}/people/import/", {"file": file})


def test_a_trial_imports_nothing_and_offers_the_number(people: People, meeting: Meeting) -> None:
    response = send(client_of(people.secretary), meeting, GOOD)
    page = response.content.decode()
    assert response.status_code == 200
    assert "2 people can be imported from “dai-bieu.csv”." in page
    assert "Import 2 people" in page
    assert "0912345678" in page
    assert Participant.objects.count() == 0


def test_the_button_imports_what_the_trial_showed(people: People, meeting: Meeting) -> None:
    client = client_of(people.secretary)
    key = send(client, meeting, GOOD).context["key"]
    url = f"/meetings/{meeting.pk}/people/import/"
    page = client.post(url, {"key": key}, follow=True).content.decode()
    assert "2 people imported." in page
    rows = Participant.objects.order_by("pk").values_list(
        "full_name", "endpoint__code", "person__email", "person__phone", "person__unit__code"
    )
    assert list(rows) == [
        ("Lù Văn Phong", "H026", "phong@example.vn", "0912345678", "026"),
        ("Sùng Mí Chá", "X00715", "", "", "00715"),
    ]
    again = client.post(url, {"key": key})
    assert again.status_code == 409
    assert "The list that was read is no longer here." in again.content.decode()
    assert Participant.objects.count() == 2


def test_every_wrong_cell_is_named_by_row_and_column(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    content = sheet(
        row("Lù Văn Phong", "H026"),
        row("", "T1"),
        row("Vừ Thị Mai", "X99999", email="mai(at)example", phone="12"),
        row("Lù Văn Phong", "H026"),
        row("Giàng Thị Súa", "H026", position="Chuyên viên"),
    )
    response = send(client_of(people.secretary), meeting, content)
    page = response.content.decode()
    problems = [(each.row, each.cell, each.column, each.words) for each in response.context["problems"]]
    assert problems == [
        (3, "A3", "Full name", "Nothing is written here."),
        (4, "C4", "Endpoint", "“X99999” is not an endpoint of this meeting."),
        (4, "D4", "E-mail", "“mai(at)example” is not an e-mail address."),
        (4, "E4", "Telephone", "“12” is not a telephone number."),
        (5, "A5", "Full name", "The same person as in row 2."),
        (6, "A6", "Full name", "Giàng Thị Súa is on the list already."),
    ]
    assert "4 of 5 rows of “dai-bieu.csv” do not fit." in page
    assert "Import 1 person, leave out 4 rows" in page
    assert "btn-primary" in page.partition("Read for trial")[0].rpartition("<button")[2]


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"", "a.csv", 422, "The file is empty."),
        (b"%PDF-1.7 no sheet", "a.csv", 415, "Only CSV and XLSX files are read."),
        (b"PK\x03\x04 broken", "a.xlsx", 422, "The file is damaged and cannot be read."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", 415, "The file is an old XLS or locked with a password."),
        ("Hä vµ tªn,Chøc vô,§iÓm cÇu\n".encode("latin-1"), "a.csv", 422, "the old font encoding TCVN3"),
    ],
)
def test_a_file_that_is_no_list_is_told_why(
    people: People, meeting: Meeting, content: bytes, name: str, status: int, words: str
) -> None:
    response = send(client_of(people.secretary), meeting, content, name)
    assert response.status_code == status
    assert words in response.content.decode()


def test_a_list_without_heads_cannot_be_imported(people: People, meeting: Meeting) -> None:
    response = send(client_of(people.secretary), meeting, b"Lu Van Phong;T1\nSung Mi Cha;T1\n")
    page = response.content.decode()
    assert "No row with column heads was found" in page
    assert response.context["key"] == ""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_itself_a_good_list(people: People, meeting: Meeting, kind: str) -> None:
    client = client_of(people.secretary)
    template = client.get(f"/meetings/{meeting.pk}/people/template.{kind}")
    assert template.headers["Content-Disposition"] == f'attachment; filename="delegates-{meeting.pk}.{kind}"'
    trial = send(client, meeting, template.content, f"mau.{kind}").context["trial"]
    assert (trial.clean, trial.row_count) == (True, 2)
    assert client.get(f"/meetings/{meeting.pk}/people/template.pdf").status_code == 404


def test_people_known_by_mail_or_by_name_are_not_written_twice(people: People, meeting: Meeting) -> None:
    known = people.delegate.person
    before = Person.objects.count()
    content = sheet(
        row("Giàng T. Súa", "H026", email=known.email),
        row("Ma Văn Tuấn", "X00715", position="Chuyên viên"),
        row("Ma Văn Tuấn", "X00715", position="Chủ tịch"),
    )
    _trial, key = try_out(people.secretary, meeting, content, "a.csv")
    assert import_kept(people.secretary, meeting, key) == 3
    assert Person.objects.count() == before + 1
    assert Participant.objects.filter(person__in=[known, people.operator.person]).count() == 2


def test_a_trial_belongs_to_one_person_one_meeting_and_one_file(people: People, meeting: Meeting) -> None:
    other = make_meeting(people, endpoints=("T2", "H024"))
    _first, earlier = try_out(people.secretary, meeting, GOOD, "a.csv")
    _second, key = try_out(people.secretary, meeting, GOOD, "a.csv")
    for actor, where, used in (
        (people.administrator, meeting, key),
        (people.secretary, other, key),
        (people.secretary, meeting, earlier),
        (people.secretary, meeting, "../../etc/passwd"),
        (people.secretary, meeting, ""),
    ):
        with pytest.raises(ImportGone):
            import_kept(actor, where, used)
    assert Participant.objects.count() == 0
    assert import_kept(people.secretary, meeting, key) == 2


def test_a_trial_that_was_tampered_with_or_is_too_old_is_not_imported(
    people: People, meeting: Meeting, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trial, key = try_out(people.secretary, meeting, GOOD, "a.csv")
    place = Path(settings.MEDIA_ROOT) / "imports" / f"{people.secretary.pk}-{meeting.pk}"
    kept = place.read_text()
    place.write_text(kept[:-5] + "xxxxx")
    with pytest.raises(ImportGone):
        import_kept(people.secretary, meeting, key)
    place.write_text(kept)
    monkeypatch.setattr(importing, "KEPT_FOR", -1)
    with pytest.raises(ImportGone):
        import_kept(people.secretary, meeting, key)
    assert Participant.objects.count() == 0


def test_an_endpoint_given_back_meanwhile_stops_the_whole_import(people: People, meeting: Meeting) -> None:
    rows = [row(f"Người {number}", "T1") for number in range(1500)]
    _trial, key = try_out(people.secretary, meeting, sheet(*rows, row("Sùng Mí Chá", "X00715")), "a.csv")
    BookedEndpoint.objects.filter(endpoint__code="X00715").delete()
    with pytest.raises(ImportOutdated) as outdated:
        import_kept(people.secretary, meeting, key)
    assert outdated.value.params == {"row": 1502}
    assert (Participant.objects.count(), Entry.objects.filter(verb="participants.added").count()) == (0, 0)


def test_ten_thousand_rows_with_mistakes_are_read_named_and_imported_whole(people: People, meeting: Meeting) -> None:
    rows: list[list[str]] = []
    for number in range(10_000):
        endpoint = ("T1", "H026", "X00715")[number % 3]
        wrong = number % 400 == 7
        rows.append(row(f"Đại biểu {number:05}", "X99999" if wrong else endpoint, email=f"db{number}@example.vn"))
    before = Person.objects.count()
    client = client_of(people.secretary)
    response = send(client, meeting, sheet(*rows))
    assert response.context["trial"].problem_count == 25
    assert [each.cell for each in response.context["problems"]] == [f"C{n + 2}" for n in range(10_000) if n % 400 == 7]
    assert "Import 9,975 people, leave out 25 rows" in response.content.decode()
    done = client.post(f"/meetings/{meeting.pk}/people/import/", {"key": response.context["key"]}, follow=True)
    assert "9,975 people imported." in done.content.decode()
    assert Participant.objects.filter(meeting=meeting).count() == 9_975
    assert Person.objects.count() == before + 9_975


def test_a_workbook_is_read_like_a_csv(people: People, meeting: Meeting) -> None:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    for line in (HEADS, row("Lù Văn Phong", "H026"), row("=cmd|'/c calc'!A1", "T1")):
        active.append(list(line))
    out = io.BytesIO()
    book.save(out)
    trial, _key = try_out(people.secretary, meeting, out.getvalue(), "a.xlsx")
    assert [each.full_name for each in trial.accepted] == ["Lù Văn Phong"]
    assert trial.problem_count >= 1


def test_a_file_of_another_kind_is_never_a_fault_of_ours(people: People, meeting: Meeting) -> None:
    for content in (b"\x00" * 50, b"\xff\xfe", b"PK\x03\x04" + b"\x00" * 40, b'"' * 1000, "Họ tên\n".encode("utf-16")):
        try:
            try_out(people.secretary, meeting, content, "a.csv")
        except SheetRejected:
            continue
    assert Participant.objects.count() == 0
