"""/api/v1: documents as other programs upload, publish and fetch them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from meetings.agenda.models import Item
from meetings.documents.models import Document
from meetings.planning.models import Meeting
from tests.api import Answer, Api
from tests.meetings.documents.papers import locked_pdf, pdf, take_unopened
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db
Send = Callable[..., Answer]


@pytest.fixture
def meeting(people: People) -> Meeting:
    planned = make_meeting(people)
    invite(planned, people, "delegate", "H026")
    return planned


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.documents.actions.ingest", take_unopened)


def send(api: Api, path: str, content: bytes | None = b"one", name: str = "bao-cao.pdf", **fields: Any) -> Answer:
    if content is not None:
        fields["file"] = SimpleUploadedFile(name, content)
    return api.call("POST", path, raw=encode_multipart(BOUNDARY, fields), content_type=MULTIPART_CONTENT)


def test_an_upload_answers_201_with_the_document_and_its_version(people: People, meeting: Meeting) -> None:
    item = Item.objects.create(meeting=meeting, position=1, title="Báo cáo", minutes=10)
    api = Api(people.secretary)
    answer = send(api, f"/meetings/{meeting.pk}/documents", pdf(pages=2), title="Báo cáo số 118", agenda_item=item.pk)
    assert answer.status == 201
    document = Document.objects.get(pk=answer.body["id"])
    version = document.versions.get()
    assert {name: answer.body[name] for name in ("title", "agenda_item", "access", "status", "published_version")} == {
        "title": "Báo cáo số 118",
        "agenda_item": item.pk,
        "access": "everyone",
        "status": "draft",
        "published_version": None,
    }
    assert [(each["number"], each["sha256"], each["pages"], each["bytes"]) for each in answer.body["versions"]] == [
        (1, version.sha256, 2, version.bytes)
    ]


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"<!doctype html>", "bao-cao.pdf", 415, "not_allowed_type"),
        (locked_pdf(), "bao-cao.pdf", 422, "encrypted_pdf"),
        (b"", "bao-cao.pdf", 422, "empty_file"),
        (pdf()[:300], "bao-cao.pdf", 422, "damaged_file"),
        (pdf(), "TOI-MAT.pdf", 422, "state_secret"),
        (None, "", 422, "unacceptable"),
    ],
)
def test_what_is_not_acceptable_is_refused_with_its_code(
    people: People, meeting: Meeting, content: bytes | None, name: str, status: int, code: str
) -> None:
    answer = send(Api(people.secretary), f"/meetings/{meeting.pk}/documents", content, name)
    assert (answer.status, answer.code) == (status, code)
    assert Document.objects.count() == 0


@pytest.mark.usefixtures("unopened")
def test_unknown_readers_and_items_are_refused(people: People, meeting: Meeting) -> None:
    api, path = Api(people.secretary), f"/meetings/{meeting.pk}/documents"
    assert send(api, path, access="all").status == 422
    assert send(api, path, agenda_item="first").status == 400
    assert send(api, path, agenda_item=999_999).code == "agenda_item_not_found"
    assert Document.objects.count() == 0


def test_a_call_over_the_limit_is_refused_before_it_is_read(people: People, meeting: Meeting, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    answer = send(Api(people.secretary), f"/meetings/{meeting.pk}/documents", b"x" * 3 * 1024 * 1024)
    assert (answer.status, answer.code) == (413, "too_large")


def test_without_a_token_everything_is_401(meeting: Meeting) -> None:
    api = Api()
    assert send(api, f"/meetings/{meeting.pk}/documents").status == 401
    for path in (f"/meetings/{meeting.pk}/documents", "/documents/1", "/documents/1/file"):
        assert api.get(path).status == 401


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize(("user", "status"), [("chair", 403), ("delegate", 403), ("outsider", 404), ("nobody", 404)])
def test_nobody_else_uploads(people: People, meeting: Meeting, user: str, status: int) -> None:
    assert send(Api(getattr(people, user)), f"/meetings/{meeting.pk}/documents").status == status


@pytest.mark.usefixtures("unopened")
def test_publish_version_withdraw(people: People, meeting: Meeting) -> None:
    staff, reader = Api(people.secretary), Api(people.delegate)
    pk = send(staff, f"/meetings/{meeting.pk}/documents").body["id"]
    assert reader.get(f"/documents/{pk}").status == 404
    assert reader.get(f"/meetings/{meeting.pk}/documents").body == {"count": 0, "results": []}
    assert staff.post(f"/documents/{pk}/publish").body["published_version"] == 1
    assert staff.post(f"/documents/{pk}/publish").status == 200
    second = send(staff, f"/documents/{pk}/versions", b"two")
    assert (second.status, second.body["published_version"]) == (201, 2)
    assert [each["number"] for each in second.body["versions"]] == [2, 1]
    later = send(staff, f"/documents/{pk}/versions", b"three", publish="false")
    assert later.body["published_version"] == 2
    seen = reader.get(f"/meetings/{meeting.pk}/documents").body
    assert [each["number"] for each in seen["results"][0]["versions"]] == [2]
    assert send(staff, f"/documents/{pk}/versions", b"three").code == "same_content"
    assert staff.post(f"/documents/{pk}/withdraw").body["status"] == "withdrawn"
    assert staff.post(f"/documents/{pk}/publish").code == "document_withdrawn"
    assert reader.get(f"/documents/{pk}").status == 404


@pytest.mark.usefixtures("unopened")
def test_what_is_not_sent_stays(people: People, meeting: Meeting) -> None:
    api = Api(people.secretary)
    pk = send(api, f"/meetings/{meeting.pk}/documents", title="Báo cáo").body["id"]
    assert api.patch(f"/documents/{pk}", {"access": "staff"}).body["title"] == "Báo cáo"
    assert api.patch(f"/documents/{pk}", {"title": "Phụ lục"}).body["access"] == "staff"
    assert api.patch(f"/documents/{pk}", {"title": None}).status == 422
    assert api.patch(f"/documents/{pk}", {"status": "published"}).status == 422


@pytest.mark.usefixtures("unopened")
def test_the_file_of_the_moment_is_sent_by_range_and_asked_for_again(
    people: People, meeting: Meeting, tmp_path: Path
) -> None:
    staff, reader = Api(people.secretary), Api(people.delegate)
    pk = send(staff, f"/meetings/{meeting.pk}/documents", b"0123456789").body["id"]
    headers = {"Authorization": f"Bearer {reader.token}"}
    url = f"/api/v1/documents/{pk}/file"
    assert reader.client.get(url, headers=headers).status_code == 404
    staff.post(f"/documents/{pk}/publish")
    part = reader.client.get(url, headers={**headers, "Range": "bytes=2-4"})
    assert (part.status_code, part.getvalue(), part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert part.headers["Cache-Control"] == "private, no-cache"
    again = reader.client.get(url, headers={**headers, "If-None-Match": part.headers["ETag"]})
    assert again.status_code == 304
    staff.post(f"/documents/{pk}/withdraw")
    gone = reader.client.get(url, headers={**headers, "If-None-Match": part.headers["ETag"]})
    assert (gone.status_code, gone.json()["code"]) == (404, "document_not_found")


@pytest.mark.usefixtures("unopened")
def test_only_a_draft_is_thrown_away(people: People, meeting: Meeting) -> None:
    api = Api(people.secretary)
    first, second = (send(api, f"/meetings/{meeting.pk}/documents", content).body["id"] for content in (b"1", b"2"))
    api.post(f"/documents/{second}/publish")
    assert api.delete(f"/documents/{first}").status == 204
    assert api.get(f"/documents/{first}").status == 404
    assert api.delete(f"/documents/{second}").code == "document_published"
