"""The desk's pages of documents: what is taken in, what is refused with which words, who may do it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from meetings.agenda.models import Item
from meetings.documents.actions import publish_document
from meetings.documents.models import Document
from meetings.planning.models import Meeting
from tests.meetings.documents.papers import locked_pdf, pdf, png
from tests.people import People

pytestmark = pytest.mark.django_db
Upload = Callable[..., Document]
HTML = b"<!doctype html><html><body>PDF?</body></html>"


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def file(content: bytes, name: str = "bao-cao.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def send(client: Client, meeting: Meeting, **fields: Any) -> Any:
    return client.post(
        f"/meetings/{meeting.pk}/documents/new/", {"access": "everyone", "title": "", "item": "", **fields}
    )


def test_several_files_become_drafts_called_as_they_are(people: People, meeting: Meeting, item: Item) -> None:
    files = [file(pdf("mot", 2), "Báo cáo 118.pdf"), file(png(), "Sơ đồ.png")]
    response = send(client_of(people.secretary), meeting, file=files, item=item.pk, title="Only for one")
    assert (response.status_code, response.headers["Location"]) == (302, f"/meetings/{meeting.pk}/#agenda")
    rows = [(each.title, each.status, each.item_id, each.versions.get().pages) for each in Document.objects.all()]
    assert rows == [("Báo cáo 118", "draft", item.pk, 2), ("Sơ đồ", "draft", item.pk, 1)]


def test_a_single_file_takes_the_title_written(people: People, meeting: Meeting) -> None:
    send(client_of(people.secretary), meeting, file=file(pdf()), title="Tờ trình")
    assert Document.objects.get().title == "Tờ trình"


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (HTML, "bao-cao.pdf", 415, "Only PDF, JPEG and PNG files are taken."),
        (png(), "bao-cao.pdf", 415, "Only PDF, JPEG and PNG files are taken."),
        (b"PK\x03\x04 no pdf", "bao-cao.docx", 415, "Only PDF, JPEG and PNG files are taken."),
        (locked_pdf(), "bao-cao.pdf", 422, "The PDF is locked with a password."),
        (b"", "bao-cao.pdf", 422, "The file is empty."),
        (pdf()[:400], "bao-cao.pdf", 422, "The file is damaged"),
        (pdf(), "tuyet-mat.pdf", 422, "State secrets are not put on this system."),
    ],
)
def test_every_refused_file_is_told_why(
    people: People, meeting: Meeting, content: bytes, name: str, status: int, words: str
) -> None:
    response = send(client_of(people.secretary), meeting, file=file(content, name))
    assert response.status_code == status
    page = response.content.decode()
    assert words in page
    assert "1 file was not uploaded." in page
    assert Document.objects.count() == 0


def test_of_several_files_the_good_ones_are_kept_and_the_others_named(people: People, meeting: Meeting) -> None:
    response = send(client_of(people.secretary), meeting, file=[file(pdf(), "tot.pdf"), file(HTML, "hong.pdf")])
    page = response.content.decode()
    assert response.status_code == 415
    assert "<b>hong.pdf</b>" in page
    assert "1 document is uploaded as a draft." in page
    assert [each.title for each in Document.objects.all()] == ["tot"]


def test_a_file_over_the_limit_is_refused_before_it_is_read(people: People, meeting: Meeting, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    body = b"x" * (3 * 1024 * 1024)
    response = client_of(people.secretary).post(
        f"/meetings/{meeting.pk}/documents/new/", body, content_type="multipart/form-data; boundary=none"
    )
    assert response.status_code == 413
    assert "The file is larger than 1\N{NO-BREAK SPACE}MB, the most that is taken." in response.content.decode()
    assert 'id="upload-form"' in response.content.decode()


def test_an_oversized_request_of_a_visitor_or_a_stranger_is_refused_all_the_same(
    people: People, meeting: Meeting, settings: Any
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    url, body = f"/meetings/{meeting.pk}/documents/new/", b"x" * (3 * 1024 * 1024)
    kind = "multipart/form-data; boundary=none"
    assert client_of(people.outsider).post(url, body, content_type=kind).status_code == 404
    assert Client().post(url, body, content_type=kind).status_code == 404


def test_an_upload_without_the_token_of_the_page_is_refused(people: People, meeting: Meeting) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.secretary)
    assert send(client, meeting, file=file(pdf())).status_code == 403
    assert Document.objects.count() == 0


def test_no_file_at_all_is_said_so(people: People, meeting: Meeting) -> None:
    response = send(client_of(people.secretary), meeting)
    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


@pytest.mark.parametrize(
    ("user", "status"),
    [("secretary", 200), ("administrator", 200), ("chair", 403), ("delegate", 403), ("outsider", 404), ("nobody", 404)],
)
def test_only_those_who_prepare_the_meeting_upload(people: People, meeting: Meeting, user: str, status: int) -> None:
    assert client_of(getattr(people, user)).get(f"/meetings/{meeting.pk}/documents/new/").status_code == status


def test_a_visitor_is_taken_to_the_login(meeting: Meeting) -> None:
    response = Client().get(f"/meetings/{meeting.pk}/documents/new/")
    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_the_upload_page_says_that_secrets_stay_out(people: People, meeting: Meeting) -> None:
    page = client_of(people.secretary).get(f"/meetings/{meeting.pk}/documents/new/").content.decode()
    assert "Do not put documents marked Mật, Tối mật or Tuyệt mật on this system" in page


def test_publish_all_names_the_amount(people: People, meeting: Meeting, upload: Upload) -> None:
    upload(b"one"), upload(b"two")
    client = client_of(people.secretary)
    response = client.post(f"/meetings/{meeting.pk}/documents/publish/", follow=True)
    assert "2 documents published." in response.content.decode()
    response = client.post(f"/meetings/{meeting.pk}/documents/publish/", follow=True)
    assert "Everything is published already." in response.content.decode()


def test_a_documents_page_publishes_replaces_and_withdraws(people: People, upload: Upload) -> None:
    client, document = client_of(people.secretary), upload(b"one", title="Báo cáo")
    url = f"/documents/{document.pk}/"
    assert "“Báo cáo” published." in client.post(f"{url}publish/", follow=True).content.decode()
    new = {"file": file(b"two"), "publish": "1"}
    assert "Version 2 published." in client.post(f"{url}versions/new/", new, follow=True).content.decode()
    later = {"file": file(b"three")}
    assert "Version 3 uploaded." in client.post(f"{url}versions/new/", later, follow=True).content.decode()
    document.refresh_from_db()
    assert document.published_number == 2
    same = client.post(f"{url}versions/new/", {"file": file(b"three")})
    assert same.status_code == 409
    assert "This is the same file as version 3." in same.content.decode()
    assert "“Báo cáo” withdrawn." in client.post(f"{url}withdraw/", follow=True).content.decode()


def test_title_item_and_readers_are_changed_on_one_page(people: People, item: Item, upload: Upload) -> None:
    document = upload(b"one")
    url = f"/documents/{document.pk}/edit/"
    client = client_of(people.secretary)
    response = client.post(url, {"title": "Phụ lục", "item": item.pk, "access": "staff"})
    assert response.headers["Location"] == f"/documents/{document.pk}/"
    document.refresh_from_db()
    assert (document.title, document.item, document.access) == ("Phụ lục", item, "staff")
    assert client.post(url, {"title": "", "item": "", "access": "everyone"}).status_code == 422
    assert client.post(url, {"title": "Tối mật", "item": "", "access": "everyone"}).status_code == 422


def test_a_reader_is_taken_to_the_readers_page(people: People, meeting: Meeting, upload: Upload) -> None:
    document = publish_document(people.secretary, upload(b"one"))
    response = client_of(people.delegate).get(f"/documents/{document.pk}/")
    assert response.headers["Location"] == f"/meetings/{meeting.pk}/tablet/documents/{document.pk}/"


@pytest.mark.parametrize("act", ["publish", "withdraw"])
@pytest.mark.parametrize(("user", "status"), [("chair", 403), ("delegate", 403), ("outsider", 404)])
def test_nobody_else_publishes_or_withdraws(people: People, upload: Upload, act: str, user: str, status: int) -> None:
    document = publish_document(people.secretary, upload(b"one"))
    assert client_of(getattr(people, user)).post(f"/documents/{document.pk}/{act}/").status_code == status
    document.refresh_from_db()
    assert document.status == Document.Status.PUBLISHED


@pytest.mark.parametrize("path", ["publish/", "withdraw/", "versions/new/"])
def test_reading_an_address_of_an_act_does_nothing(people: People, upload: Upload, path: str) -> None:
    document = upload(b"one")
    assert client_of(people.secretary).get(f"/documents/{document.pk}/{path}").status_code == 405


@pytest.mark.parametrize("versions", [1, 3, 20])
def test_a_documents_page_asks_no_more_for_many_versions(
    people: People, upload: Upload, versions: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    document = upload(b"one")
    first = document.versions.get()
    for number in range(2, versions + 1):
        first.pk, first.number = None, number
        first.save()
    client = client_of(people.secretary)
    with django_assert_max_num_queries(15):
        assert client.get(f"/documents/{document.pk}/").status_code == 200


def test_a_title_without_a_file_is_written_down_as_not_received(people: People, meeting: Meeting, item: Item) -> None:
    client = client_of(people.secretary)
    response = send(client, meeting, expect="1", title="Tham luận huyện Hoàng Su Phì", item=item.pk)
    assert response.headers["Location"] == f"/meetings/{meeting.pk}/#agenda"
    document = Document.objects.get()
    assert (document.title, document.item, document.versions.count()) == ("Tham luận huyện Hoàng Su Phì", item, 0)
    agenda = client.get(f"/meetings/{meeting.pk}/parts/agenda/").content.decode()
    assert "Not received" in agenda
    assert "“Tham luận huyện Hoàng Su Phì” has not been received." in agenda
    page = client.get(f"/documents/{document.pk}/").content.decode()
    assert "The file has not been received yet." in page
    assert "Upload the file" in page
    assert send(client, meeting, expect="1", title="").status_code == 422
    assert send(client, meeting, expect="1", title="Kế hoạch (Mật)").status_code == 422
    assert Document.objects.count() == 1


def test_a_draft_is_thrown_away_from_its_page(people: People, meeting: Meeting, upload: Upload) -> None:
    client, draft = client_of(people.secretary), upload(b"one", title="Bản nháp")
    assert "Throw away" in client.get(f"/documents/{draft.pk}/").content.decode()
    response = client.post(f"/documents/{draft.pk}/remove/")
    assert response.headers["Location"] == f"/meetings/{meeting.pk}/#agenda"
    assert Document.objects.count() == 0
    published = publish_document(people.secretary, upload(b"two"))
    page = client.post(f"/documents/{published.pk}/remove/", follow=True).content.decode()
    assert "The document has been published: it can be withdrawn, not thrown away." in page
