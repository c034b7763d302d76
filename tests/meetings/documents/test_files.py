"""Files are sent to those who may have them, whole or by range, and to nobody else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from accounts.models import User
from meetings.documents.actions import add_version, change_document, publish_document, withdraw_document
from meetings.documents.models import Document, Version
from meetings.documents.selectors import file_url, thumbnail_url
from meetings.documents.storage import Area, path_of
from meetings.planning.models import Meeting
from tests.people import People

pytestmark = pytest.mark.django_db
Upload = Callable[..., Document]
CONTENT = bytes(range(256)) * 40
NOBODY_TO_KNOW = ("outsider", "nobody", "operator", "observer")


@pytest.fixture
def document(people: People, upload: Upload) -> Document:
    return publish_document(people.secretary, upload(CONTENT, title="Báo cáo số 118/BC-SVHTTDL"))


def version_of(document: Document) -> Version:
    return document.versions.latest("number")


def address(document: Document) -> str:
    return file_url(document, version_of(document))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(response: object) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)


def test_a_reader_gets_the_file_with_headers_that_keep_it_where_it_belongs(people: People, document: Document) -> None:
    response = client_of(people.delegate).get(address(document))
    assert (response.status_code, body(response)) == (200, CONTENT)
    headers = response.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Length"] == str(len(CONTENT))
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert headers["ETag"] == f'"{version_of(document).sha256}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Disposition"] == (
        'inline; filename="Bao cao so 118-BC-SVHTTDL.pdf"; '
        "filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20s%E1%BB%91%20118-BC-SVHTTDL.pdf"
    )


def test_a_download_carries_the_title_in_vietnamese(people: People, document: Document) -> None:
    change_document(people.secretary, document, title="Tờ trình 15.5", item=None, access="everyone")
    response = client_of(people.secretary).get(f"{address(document)}?download=1")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"To trinh 15.5.pdf\"; filename*=UTF-8''T%E1%BB%9D%20tr%C3%ACnh%2015.5.pdf"
    )


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=10000-", 10_000, 10_239),
        ("bytes=-40", 10_200, 10_239),
        ("bytes=5-99999", 5, 10_239),
    ],
)
def test_a_range_is_answered_with_206(people: People, document: Document, wanted: str, first: int, last: int) -> None:
    response = client_of(people.delegate).get(address(document), headers={"Range": wanted})
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


def test_a_range_behind_the_end_is_answered_with_416(people: People, document: Document) -> None:
    response = client_of(people.delegate).get(address(document), headers={"Range": "bytes=10240-"})
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")


def test_a_range_for_another_content_gets_the_whole_file(people: People, document: Document) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    response = client_of(people.delegate).get(address(document), headers=headers)
    assert (response.status_code, len(body(response))) == (200, len(CONTENT))


@pytest.mark.parametrize("known", ['"{etag}"', 'W/"{etag}"', '"other", "{etag}"', "*"])
def test_who_has_the_file_gets_304(people: People, document: Document, known: str) -> None:
    etag = known.format(etag=version_of(document).sha256)
    response = client_of(people.delegate).get(address(document), headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")


def test_head_tells_the_length_without_the_file(people: People, document: Document) -> None:
    response = client_of(people.delegate).head(address(document))
    assert (response.status_code, response.headers["Content-Length"], response.content) == (200, str(len(CONTENT)), b"")


@pytest.mark.django_db(transaction=True)
async def test_a_server_speaking_asgi_streams_the_same_bytes(people: People, document: Document) -> None:
    client = AsyncClient()
    await client.aforce_login(people.delegate)
    sha256 = await document.versions.values_list("sha256", flat=True).aget()
    response = await client.get(f"/documents/{document.pk}/{sha256}.pdf", headers={"Range": "bytes=100-9999"})
    assert response.status_code == 206
    pieces = [piece async for piece in response.streaming_content]  # type: ignore[attr-defined]  # streamed
    assert b"".join(pieces) == CONTENT[100:10_000]
    # The connection of the thread that answered outlives the test otherwise.
    await sync_to_async(connections.close_all)()


def test_the_web_server_in_front_may_send_the_bytes(people: People, document: Document, settings: object) -> None:
    settings.DOCUMENTS_ACCEL_PREFIX = "/files/"  # type: ignore[attr-defined]  # pytest-django's settings
    response = client_of(people.delegate).get(address(document))
    sha256 = version_of(document).sha256
    assert response.headers["X-Accel-Redirect"] == f"/files/documents/{sha256[:2]}/{sha256}"
    assert (response.status_code, response.content) == (200, b"")


def test_a_visitor_is_told_401_and_nothing_else(document: Document) -> None:
    for url in (address(document), thumbnail_url(document, version_of(document))):
        response = Client().get(url)
        assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize("stranger", NOBODY_TO_KNOW)
def test_a_guessed_address_is_answered_with_404(people: People, document: Document, stranger: str) -> None:
    client = client_of(getattr(people, stranger))
    for url in (address(document), thumbnail_url(document, version_of(document))):
        assert client.get(url).status_code == 404


def test_an_unknown_number_hash_or_ending_is_answered_with_404(people: People, document: Document) -> None:
    client, url = client_of(people.secretary), address(document)
    unknown = [url.replace(f"/{document.pk}/", "/999999/"), url.replace(".pdf", ".png"), url[:-10] + "000000.pdf"]
    assert [client.get(each).status_code for each in unknown] == [404, 404, 404]


def test_a_draft_is_read_by_those_who_prepare_the_meeting_only(people: People, upload: Upload) -> None:
    url = address(upload(b"draft"))
    readers = ("secretary", "administrator", "chair", "delegate", *NOBODY_TO_KNOW)
    statuses = {name: client_of(getattr(people, name)).get(url).status_code for name in readers}
    assert statuses == {
        "secretary": 200,
        "administrator": 200,
        "chair": 200,
        "delegate": 404,
        **dict.fromkeys(NOBODY_TO_KNOW, 404),
    }


def test_a_paper_of_the_secretariat_is_not_read_by_delegates(people: People, upload: Upload) -> None:
    url = address(publish_document(people.secretary, upload(b"staff", access="staff")))
    assert client_of(people.delegate).get(url).status_code == 404
    assert client_of(people.secretary).get(url).status_code == 200


def test_a_withdrawn_document_is_gone_with_its_thumbnail(people: People, document: Document) -> None:
    client, version = client_of(people.delegate), version_of(document)
    assert client.get(thumbnail_url(document, version)).status_code == 200
    withdraw_document(people.secretary, document)
    assert client.get(address(document)).status_code == 404
    assert client.get(address(document), headers={"If-None-Match": "*"}).status_code == 404
    assert client.get(thumbnail_url(document, version)).status_code == 404
    assert client_of(people.secretary).get(address(document)).status_code == 200


def test_a_replaced_version_is_no_longer_sent_to_readers(people: People, document: Document, tmp_path: Path) -> None:
    old = address(document)
    path = tmp_path / "newer"
    path.write_bytes(b"newer")
    add_version(people.secretary, document, path=path, name="ban-2.pdf")
    client = client_of(people.delegate)
    assert client.get(old).status_code == 404
    assert body(client.get(address(document))) == b"newer"
    assert client_of(people.secretary).get(old).status_code == 200


def test_whoever_is_no_longer_invited_gets_nothing(people: People, meeting: Meeting, document: Document) -> None:
    client = client_of(people.delegate)
    assert client.get(address(document)).status_code == 200
    meeting.participants.all().delete()
    assert client.get(address(document)).status_code == 404


def test_a_file_missing_from_the_storage_is_not_found(people: People, document: Document) -> None:
    path_of(Area.DOCUMENTS, version_of(document).sha256).unlink()
    assert client_of(people.delegate).get(address(document)).status_code == 404


def test_originals_have_no_address(people: People, document: Document) -> None:
    client, sha256 = client_of(people.administrator), version_of(document).original_sha256
    for url in (f"/originals/{sha256[:2]}/{sha256}", f"/media/originals/{sha256[:2]}/{sha256}", f"/documents/{sha256}"):
        assert client.get(url).status_code == 404
