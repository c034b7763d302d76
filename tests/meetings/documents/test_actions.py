"""Upload, replace, publish, change, withdraw: what is written, who hears of it, what is refused."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from accounts.errors import DomainError
from audit.models import Entry
from meetings.agenda.errors import ItemNotFound
from meetings.agenda.models import Item
from meetings.documents.actions import (
    add_version,
    change_document,
    expect_document,
    publish_all,
    publish_document,
    remove_draft,
    upload_document,
    withdraw_document,
)
from meetings.documents.errors import (
    AlreadyPublished,
    AlreadyWithdrawn,
    DiskFull,
    NothingToPublish,
    NotPublished,
    SameContent,
    StateSecret,
)
from meetings.documents.models import Document, Version
from meetings.documents.rejections import NotAllowedType
from meetings.documents.selectors import publishable
from meetings.documents.storage import Area, media_folder, path_of, remove_orphans
from meetings.live.hearing import audiences_of
from meetings.live.snapshot import snapshot
from meetings.management.commands import worker
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from realtime.models import LatestState, StreamEvent
from tests.meetings.documents.papers import pdf, take_unopened
from tests.people import People
from tests.streams import assert_stream_complete

pytestmark = pytest.mark.django_db
Upload = Callable[..., Document]


def told(meeting: Meeting) -> list[tuple[str, str]]:
    """(kind, audience) of everything published on the meeting's stream, in order."""
    return list(StreamEvent.objects.filter(stream__name=meeting.stream).values_list("kind", "audience"))


def verbs(meeting: Meeting) -> list[str]:
    return list(Entry.objects.filter(chain__name=meeting.stream).order_by("seq").values_list("verb", flat=True))


def files() -> list[str]:
    """Every stored file, by area."""
    return sorted(path.parent.parent.name for path in media_folder().rglob("*") if path.is_file())


def test_an_uploaded_document_is_a_draft_that_only_staff_is_told_of(
    meeting: Meeting, item: Item, upload: Upload
) -> None:
    document = upload(b"one", title="  Báo cáo số 118  ", item=item.pk)
    version = document.versions.get()
    assert (document.title, document.status, document.item, document.access) == (
        "Báo cáo số 118",
        Document.Status.DRAFT,
        item,
        Document.Access.EVERYONE,
    )
    assert (version.number, version.bytes, version.pages, version.original_name) == (1, 3, 3, "bao-cao.pdf")
    assert path_of(Area.DOCUMENTS, version.sha256).read_bytes() == b"one"
    assert path_of(Area.ORIGINALS, version.original_sha256).read_bytes() == b"one"
    assert told(meeting) == []
    assert verbs(meeting) == ["document.uploaded"]
    state = LatestState.objects.get(stream__name=meeting.stream)
    assert (state.kind, state.audience) == ("documents.counted", "staff")
    assert state.data == {"draft": 1, "published": 0, "withdrawn": 0, "unpublished": 1}


def test_a_document_without_a_title_is_called_as_its_file_is(upload: Upload) -> None:
    assert upload(b"one", "Tham luận huyện Mèo Vạc.pdf").title == "Tham luận huyện Mèo Vạc"


def test_documents_stand_in_the_order_of_upload(upload: Upload) -> None:
    assert [upload(content).position for content in (b"a", b"b", b"c")] == [1, 2, 3]


@pytest.mark.parametrize("reader", ["delegate", "secretary", "operator", "chair"])
def test_every_screen_follows_a_documents_life(
    people: People, meeting: Meeting, item: Item, upload: Upload, tmp_path: Path, reader: str
) -> None:
    user = getattr(people, reader)

    def life() -> None:
        first, second = upload(b"one", title="Báo cáo", item=item.pk), upload(b"two", title="Phụ lục", access="staff")
        publish_all(people.secretary, meeting)
        path = tmp_path / "newer"
        path.write_bytes(b"newer")
        add_version(people.secretary, first, path=path, name="ban-2.pdf")
        change_document(people.secretary, second, title="Phụ lục", item=None, access="everyone")
        change_document(people.secretary, first, title="Báo cáo số 118", item=None, access="everyone")
        change_document(people.secretary, second, title="Phụ lục", item=item.pk, access="staff")
        withdraw_document(people.secretary, first)

    kinds = assert_stream_complete(
        lambda: snapshot(user, meeting),
        life,
        stream=meeting.stream,
        audiences=audiences_of(user, meeting),
        ignoring=("now", "effects"),
    )
    heard = {
        "delegate": 6,  # published, replaced, published to everyone, changed, withdrawn from them, withdrawn
        "operator": 0,
        "secretary": 8,  # the same, and the paper of the secretariat's own when it was published and when it came back
        "chair": 8,
    }
    assert len([kind for kind in kinds if kind.startswith("document.")]) == heard[reader]


def test_publishing_again_changes_nothing(people: People, meeting: Meeting, upload: Upload) -> None:
    document = publish_document(people.secretary, upload())
    again = publish_document(people.secretary, document)
    assert again.published_at == document.published_at
    assert told(meeting) == [("document.published", "readers")]
    assert verbs(meeting) == ["document.uploaded", "document.published"]


def test_a_paper_of_the_secretariat_is_never_named_to_others(people: People, meeting: Meeting, upload: Upload) -> None:
    publish_document(people.secretary, upload(access="staff"))
    assert told(meeting) == [("document.published", "staff")]


def test_a_new_version_of_a_published_document_takes_its_place_at_once(
    people: People, meeting: Meeting, upload: Upload, tmp_path: Path
) -> None:
    document = publish_document(people.secretary, upload(b"one"))
    path = tmp_path / "newer"
    path.write_bytes(b"two")
    version = add_version(people.secretary, document, path=path, name="ban-2.pdf")
    document.refresh_from_db()
    assert (version.number, document.published_number) == (2, 2)
    assert told(meeting) == [("document.published", "readers"), ("document.replaced", "readers")]
    event = StreamEvent.objects.get(kind="document.replaced")
    assert (event.data["version"], event.data["sha256"]) == (2, version.sha256)
    assert event.data["url"] == f"/documents/{document.pk}/{version.sha256}.pdf"


def test_a_new_version_may_wait_for_its_publication(
    people: People, meeting: Meeting, upload: Upload, tmp_path: Path
) -> None:
    document = publish_document(people.secretary, upload(b"one"))
    path = tmp_path / "newer"
    path.write_bytes(b"two")
    add_version(people.secretary, document, path=path, name="ban-2.pdf", publish_now=False)
    document.refresh_from_db()
    assert document.published_number == 1
    assert [each.pk for each in publishable(meeting)] == [document.pk]
    publish_document(people.secretary, document)
    assert [kind for kind, _ in told(meeting)] == ["document.published", "document.replaced"]
    assert list(publishable(meeting)) == []


def test_the_same_content_is_no_new_version(people: People, upload: Upload, tmp_path: Path) -> None:
    document = upload(b"one")
    path = tmp_path / "same"
    path.write_bytes(b"one")
    with pytest.raises(SameContent) as refused:
        add_version(people.secretary, document, path=path, name="ban-2.pdf")
    assert refused.value.params == {"version": 1}
    assert path_of(Area.DOCUMENTS, document.versions.get().sha256).exists()


def test_publish_all_leaves_nothing_to_publish(people: People, meeting: Meeting, upload: Upload) -> None:
    upload(b"one"), upload(b"two")
    assert len(publish_all(people.secretary, meeting)) == 2
    with pytest.raises(NothingToPublish):
        publish_all(people.secretary, meeting)


def test_a_withdrawn_document_is_gone_for_good(
    people: People, meeting: Meeting, upload: Upload, tmp_path: Path
) -> None:
    document = publish_document(people.secretary, upload(b"one"))
    withdraw_document(people.secretary, document)
    assert told(meeting)[-1] == ("document.withdrawn", "readers")
    for act in (
        lambda: publish_document(people.secretary, document),
        lambda: withdraw_document(people.secretary, document),
        lambda: change_document(people.secretary, document, title="Khác", item=None, access="everyone"),
        lambda: add_version(people.secretary, document, path=tmp_path / "uploaded", name="x.pdf"),
    ):
        with pytest.raises(AlreadyWithdrawn):
            act()


def test_only_a_published_document_is_withdrawn(people: People, upload: Upload) -> None:
    with pytest.raises(NotPublished):
        withdraw_document(people.secretary, upload())


def test_after_the_session_documents_can_only_be_withdrawn(people: People, meeting: Meeting, upload: Upload) -> None:
    document, draft = publish_document(people.secretary, upload(b"one")), upload(b"two")
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.CLOSED)
    meeting.refresh_from_db()
    draft.meeting.refresh_from_db()
    for act in (
        lambda: upload(b"three"),
        lambda: publish_document(people.secretary, draft),
        lambda: publish_all(people.secretary, meeting),
    ):
        with pytest.raises(ActImpossible):
            act()
    assert withdraw_document(people.secretary, document).status == Document.Status.WITHDRAWN


def test_a_document_cannot_be_put_under_another_meetings_item(people: People, meeting: Meeting, upload: Upload) -> None:
    with pytest.raises(ItemNotFound):
        upload(b"one", item=999_999)
    assert files() == []
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "title", "content", "where"),
    [
        ("bao-cao.pdf", "Báo cáo (Mật)", b"one", "title"),
        ("ke-hoach-TUYET-MAT.pdf", "Kế hoạch", b"one", "file_name"),
        ("ke-hoach.pdf", "Kế hoạch", "x%%UBND TỈNH\nTỐI MẬT\n".encode(), "first_page"),
    ],
)
def test_a_state_secret_is_refused_and_nothing_of_it_is_kept(
    upload: Upload, name: str, title: str, content: bytes, where: str
) -> None:
    with pytest.raises(StateSecret) as refused:
        upload(content, name, title=title)
    assert refused.value.params["where"] == where
    assert (files(), Document.objects.count()) == ([], 0)


def test_a_document_cannot_be_renamed_into_a_state_secret(people: People, upload: Upload) -> None:
    with pytest.raises(StateSecret):
        change_document(people.secretary, upload(), title="Tờ trình tối mật", item=None, access="everyone")


def test_a_rejected_file_leaves_nothing_behind(people: People, meeting: Meeting, tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(b"<!doctype html><title>PDF?</title>")
    with pytest.raises(NotAllowedType):
        upload_document(people.secretary, meeting, path=path, name="bao-cao.pdf")
    assert (files(), Document.objects.count()) == ([], 0)


def test_a_real_pdf_is_stored_with_its_pages_and_its_first_page_is_read(
    people: People, meeting: Meeting, tmp_path: Path
) -> None:
    path = tmp_path / "real"
    path.write_bytes(pdf("BAO CAO SO 118", pages=4))
    version = upload_document(people.secretary, meeting, path=path, name="bao-cao.pdf").versions.get()
    assert (version.pages, version.content_type) == (4, "application/pdf")
    assert path_of(Area.DOCUMENTS, version.sha256).stat().st_size == version.bytes
    assert path_of(Area.ORIGINALS, version.original_sha256).read_bytes() == path.read_bytes()
    assert path_of(Area.THUMBNAILS, version.sha256).read_bytes()[:4] == b"RIFF"


def test_files_whose_row_failed_are_removed(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_words: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(Version.objects, "create", fails)
    with pytest.raises(IntegrityError):
        upload(b"one")
    assert files() == []


def test_a_failing_upload_does_not_take_away_what_another_document_holds(
    people: People, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = upload(b"one").versions.get()

    def fails(*_args: object, **_words: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(Version.objects, "create", fails)
    with pytest.raises(IntegrityError):
        upload(b"one")
    assert path_of(Area.DOCUMENTS, held.sha256).exists()


def test_a_full_disk_is_said_to_be_full(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("meetings.documents.actions.ingest", full)
    with pytest.raises(DiskFull):
        upload()


def test_orphans_go_after_their_time_and_nothing_else(upload: Upload, tmp_path: Path) -> None:
    held = upload(b"held").versions.get()
    path = tmp_path / "lost"
    path.write_bytes(b"lost")
    lost = take_unopened(path, "x.pdf", media=media_folder())
    written = lost.path.stat().st_mtime
    assert remove_orphans(written - 60) == []
    assert sorted(removed.name.partition(".")[0] for removed in remove_orphans(written + 60)) == [lost.sha256] * 3
    assert path_of(Area.DOCUMENTS, held.sha256).exists()


def test_the_worker_removes_what_was_left_an_hour_ago(
    upload: Upload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = upload(b"held").versions.get()
    left = []
    for name, hours in (("old", 2), ("new", 0)):
        (tmp_path / name).write_bytes(name.encode())
        taken = take_unopened(tmp_path / name, f"{name}.pdf", media=media_folder())
        for area in Area:
            path = path_of(area, taken.original_sha256 if area is Area.ORIGINALS else taken.sha256)
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - hours * 3600))
        left.append(taken.path)
    looks = iter([False, True])
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.clean_up(SimpleNamespace(wait=lambda _seconds: next(looks)))  # type: ignore[arg-type]  # one look
    assert [path.exists() for path in left] == [False, True]
    assert path_of(Area.DOCUMENTS, held.sha256).exists()


@pytest.mark.parametrize("fields", [{"access": "nobody"}, {"title": "x" * 300}])
def test_no_act_raises_anything_but_a_refusal(upload: Upload, fields: dict[str, str]) -> None:
    try:
        document = upload(b"one", **fields)
    except DomainError:
        return
    assert len(document.title) <= 250


def test_a_document_that_is_to_come_is_told_to_staff_and_gets_its_first_version_later(
    people: People, meeting: Meeting, item: Item, unopened: None, tmp_path: Path
) -> None:
    document = expect_document(people.secretary, meeting, title="Tham luận huyện Hoàng Su Phì", item=item.pk)
    assert (document.status, document.versions.count(), told(meeting)) == (Document.Status.DRAFT, 0, [])
    assert verbs(meeting) == ["document.expected"]
    for act in (
        lambda: publish_document(people.secretary, document),
        lambda: publish_all(people.secretary, meeting),
    ):
        with pytest.raises(NothingToPublish):
            act()
    path = tmp_path / "received"
    path.write_bytes(b"one")
    assert add_version(people.secretary, document, path=path, name="tham-luan.pdf").number == 1
    assert publish_document(people.secretary, document).published_number == 1


def test_a_draft_is_thrown_away_with_its_files_and_a_published_document_is_not(
    people: People, meeting: Meeting, upload: Upload
) -> None:
    draft, published = upload(b"one"), publish_document(people.secretary, upload(b"two"))
    remove_draft(people.secretary, draft)
    assert [each.pk for each in Document.objects.all()] == [published.pk]
    assert files() == ["documents", "originals", "thumbnails"]
    assert verbs(meeting)[-1] == "document.removed"
    with pytest.raises(AlreadyPublished):
        remove_draft(people.secretary, published)


def test_a_draft_thrown_away_leaves_the_same_file_of_another_document(people: People, upload: Upload) -> None:
    draft, other = upload(b"one"), upload(b"one")
    remove_draft(people.secretary, draft)
    assert path_of(Area.DOCUMENTS, other.versions.get().sha256).exists()
