"""Whole files through the whole way in, each opened in its own process as in production."""

import errno
import hashlib
import io
import os
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from meetings.documents.ingest import Ingested, Limits, Rejected, ingest
from meetings.documents.ingest_child import prepare
from meetings.documents.ingest_order import CLEANED

A4 = (595, 842)
MEGABYTE = 1 << 20


class Desk:
    """A place to hand in bytes under a name, and to see what is stored."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "upload"
        self.media = folder / "media"

    def take(self, name: str, content: bytes, limits: Limits | None = None) -> Ingested:
        self.source.write_bytes(content)
        return ingest(self.source, name, limits, media=self.media)

    def refusal(self, name: str, content: bytes, limits: Limits | None = None) -> str:
        before = self.stored()
        with pytest.raises(Rejected) as refused:
            self.take(name, content, limits)
        assert self.stored() == before
        return refused.value.code

    def opened(self, name: str, content: bytes) -> str:
        """What the child would say, without its process: for files that are refused, or no PDF."""
        self.source.write_bytes(content)
        self.media.mkdir()
        try:
            content_type, _ = prepare(self.source, name, self.media, Limits())
        except Rejected as refused:
            return refused.code
        return content_type

    def stored(self) -> list[str]:
        return sorted(str(path.relative_to(self.media)) for path in self.media.rglob("*") if path.is_file())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield Desk(tmp_path)
    assert [*(tmp_path / "media" / "incoming").glob("*")] == []


def pdf(change: Callable[[Pdf], None] | None = None, *, pages: int = 1, **saving: Any) -> bytes:
    document = Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=A4)
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, deterministic_id="encryption" not in saving, **saving)
    return out.getvalue()


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (80, 60), **saving: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **saving)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises that many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def contents(packed: bytes, *filters: Name) -> Callable[[Pdf], None]:
    def change(document: Pdf) -> None:
        stream = document.make_stream(b"")
        stream.write(packed, filter=Array(filters))
        document.pages[0].obj["/Contents"] = stream

    return change


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("run.exe", b"MZ")
    return out.getvalue()


def test_a_pdf_is_stored_under_the_hash_of_its_cleaned_content(desk: Desk) -> None:
    taken = desk.take("Báo cáo.pdf", pdf(pages=3))
    place = f"{taken.sha256[:2]}/{taken.sha256}"
    original = f"{taken.original_sha256[:2]}/{taken.original_sha256}"
    assert desk.stored() == [f"documents/{place}", f"originals/{original}", f"thumbnails/{place}.webp"]
    assert (taken.content_type, taken.pages, taken.bytes) == ("application/pdf", 3, taken.path.stat().st_size)
    assert taken.original.read_bytes() == pdf(pages=3)
    assert hashlib.sha256(pdf(pages=3)).hexdigest() == taken.original_sha256
    assert taken.path.stat().st_mode & 0o777 == 0o640
    with Image.open(taken.thumbnail) as thumbnail:
        assert (thumbnail.format, max(thumbnail.size)) == ("WEBP", 480)
    with pikepdf.open(taken.path) as cleaned:
        assert cleaned.is_linearized is True


def test_the_same_content_gives_the_same_hash_under_any_name(desk: Desk) -> None:
    first = desk.take("một.pdf", pdf())
    assert desk.take("../hai", pdf()) == first
    photo = desk.take("a.jpg", picture("JPEG"))
    assert desk.take("b.jpg", picture("JPEG")) == photo


def test_the_whole_way_takes_out_what_acts(desk: Desk) -> None:
    def change(document: Pdf) -> None:
        document.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        document.attachments["cmd.exe"] = b"MZ"

    taken = desk.take("a.pdf", pdf(change))
    with pikepdf.open(taken.path) as cleaned:
        assert sorted(cleaned.Root.keys()) == ["/Names", "/Pages", "/Type"]
        assert dict(cleaned.attachments) == {}


def test_text_reads_the_same_after_cleaning(desk: Desk) -> None:
    def change(document: Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        document.pages[0].obj["/Resources"] = Dictionary(Font=Dictionary(AA=font))
        document.pages[0].obj["/Contents"] = document.make_stream(b"BT /AA 24 Tf 72 720 Td (Giao ban) Tj ET")

    taken = desk.take("a.pdf", pdf(change))
    with pypdfium2.PdfDocument(taken.path) as read:
        assert read[0].get_textpage().get_text_bounded() == "Giao ban"


def test_pictures_are_turned_upright_and_lose_what_they_tell(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    taken = desk.take("ảnh.jpg", picture("JPEG", exif=exif, comment=b"taken at home"))
    assert (taken.content_type, taken.pages) == ("image/jpeg", 1)
    assert taken.path.read_bytes().count(b"taken at home") == 0
    with Image.open(taken.path) as cleaned:
        assert cleaned.size == (60, 80)
        assert dict(cleaned.getexif()) == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(desk: Desk, mode: str) -> None:
    assert desk.opened("a.png", picture("PNG", mode)) == "image/png"
    with Image.open(desk.media / CLEANED) as cleaned:
        assert (cleaned.format, cleaned.size) == ("PNG", (80, 60))


def test_a_printer_colour_jpeg_becomes_a_screen_colour_one(desk: Desk) -> None:
    with Image.open(desk.take("a.jpg", picture("JPEG", "CMYK")).path) as cleaned:
        assert cleaned.mode == "RGB"


def test_a_large_photo_is_opened_within_the_memory_of_the_child(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    taken = desk.take("a.jpg", picture("JPEG", size=(10_000, 5_000), exif=exif))
    with Image.open(taken.path) as cleaned:
        assert cleaned.size == (5_000, 10_000)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><body><script>alert(1)</script></body></html>"),
        ("a.pdf", b"<!DOCTYPE html>"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("a.pdf", b"\n" + pdf()),
        ("a.pdf", b"<html>" + pdf()),
        ("a.pdf", pdf() + archive()),
        ("a.pdf", pdf() + b"<script>alert(1)</script>"),
        ("a.pdf", pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1)),
        ("a.jpg", picture("JPEG") + pdf()),
        ("a.jpg", picture("JPEG") + archive()),
        ("a.png", picture("PNG") + b"<?php system($_GET[0]); ?>"),
        ("a.jpg", picture("JPEG", comment=b"<script>alert(1)</script>")),
        ("a.gif", picture("GIF")),
        ("a.png", picture("BMP")),
        ("a.docx", archive()),
        ("a.pdf", archive()),
        ("a.pdf", b"MZ\x90\0"),
        ("a.pdf", b"%PD"),
        ("a.pdf", b"\0" * 4096),
        ("a.html", pdf()),
        ("a.pdf", picture("PNG")),
        ("a.exe", picture("JPEG")),
    ],
)
def test_what_is_not_plainly_a_pdf_or_a_picture_is_not_taken(desk: Desk, name: str, content: bytes) -> None:
    assert desk.opened(name, content) == "not_allowed_type"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 1 0 R>> endobj trailer <</Root 1 0 R>>\n%%EOF",
        pdf(pages=5)[:-300],
        pdf(pages=0),
        picture("PNG", size=(800, 600))[:300],
        picture("JPEG", size=(800, 600))[:600],
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
    ],
)
def test_a_file_that_does_not_open_is_damaged(desk: Desk, content: bytes) -> None:
    assert desk.refusal("tài liệu", content) == "damaged_file"


def test_a_page_called_pdf_stores_nothing(desk: Desk) -> None:
    assert desk.refusal("a.pdf", b"<html><body><script>alert(1)</script></body></html>") == "not_allowed_type"


def test_nothing_in_it_is_said_plainly(desk: Desk) -> None:
    assert desk.refusal("a.pdf", b"") == "empty_file"


def test_a_large_file_is_refused_before_it_is_read(desk: Desk) -> None:
    with desk.source.open("wb") as sparse:
        sparse.truncate(300 * MEGABYTE)
    with pytest.raises(Rejected) as refused:
        ingest(desk.source, "a.pdf", media=desk.media)
    assert (refused.value.code, refused.value.status) == ("too_large", 413)
    assert refused.value.params == {"bytes": 300 * MEGABYTE, "limit": 200 * MEGABYTE}


def test_a_password_is_asked_of_the_owner_not_broken(desk: Desk) -> None:
    locked = pdf(encryption=pikepdf.Encryption(user="mở", owner="chủ"))
    assert desk.refusal("a.pdf", locked) == "encrypted_pdf"


def test_a_pdf_that_only_forbids_printing_is_taken_and_unlocked(desk: Desk) -> None:
    taken = desk.take("a.pdf", pdf(encryption=pikepdf.Encryption(user="", owner="chủ")))
    with pikepdf.open(taken.path) as cleaned:
        assert cleaned.is_encrypted is False


def test_three_thousand_pages_are_taken_and_one_more_is_not(desk: Desk) -> None:
    assert desk.take("a.pdf", pdf(pages=3000)).pages == 3000
    assert desk.refusal("a.pdf", pdf(pages=3001)) == "too_many_pages"


@pytest.mark.parametrize(
    "page",
    [
        {"/MediaBox": Array([0, 0, 14_401, 10])},
        {"/MediaBox": Array([0, -7_201, 10, 7_200])},
        {"/CropBox": Array([0, 0, 10, 20_000])},
        {"/UserUnit": 75_000},
    ],
)
def test_a_page_larger_than_the_format_allows_is_refused(desk: Desk, page: dict[str, object]) -> None:
    def change(document: Pdf) -> None:
        for key, value in page.items():
            document.pages[1].obj[key] = value

    content = pdf(change, pages=2)
    with pytest.raises(Rejected) as refused:
        desk.take("a.pdf", content)
    assert (refused.value.code, refused.value.params["page"]) == ("page_too_large", 2)


def image_of(width: int, height: int) -> Callable[[Pdf], None]:
    def change(document: Pdf) -> None:
        image = document.make_stream(b"", Subtype=Name.Image, Width=width, Height=height)
        document.pages[0].obj["/Resources"] = Dictionary(XObject=Dictionary(I=image))

    return change


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", picture("PNG", "1", (10_000, 5_001))),
        ("a.png", bomb(65_000, 65_000)),
        ("a.jpg", picture("JPEG", "L", (50_001, 1_000))),
    ],
)
def test_an_image_of_too_many_pixels_is_refused(desk: Desk, name: str, content: bytes) -> None:
    assert desk.opened(name, content) == "image_too_large"


def test_an_image_of_too_many_pixels_is_refused_inside_a_pdf_too(desk: Desk) -> None:
    assert desk.refusal("a.pdf", pdf(image_of(20_000, 10_001))) == "image_too_large"


def test_what_is_small_only_while_packed_is_refused(desk: Desk) -> None:
    content = pdf(contents(zlib.compress(bytes(501 * MEGABYTE), 1), Name.FlateDecode))
    assert len(content) < 3 * MEGABYTE
    assert desk.refusal("a.pdf", content) == "unpacked_too_large"


@pytest.mark.parametrize(
    ("packed", "filters"),
    [
        (zlib.compress(bytes(3 * MEGABYTE)), [Name.FlateDecode]),
        (zlib.compress(zlib.compress(bytes(3 * MEGABYTE))), [Name.FlateDecode, Name.FlateDecode]),
        (zlib.compress(bytes(3 * MEGABYTE)).hex().encode() + b">", [Name.ASCIIHexDecode, Name.FlateDecode]),
        (zlib.compress(b"\x81\x00" * 12_500), [Name.FlateDecode, Name.RunLengthDecode]),
        (zlib.compress(bytes(3 * MEGABYTE)), [Name.FlateDecode, Name.DCTDecode]),
    ],
)
def test_every_packing_is_counted(desk: Desk, packed: bytes, filters: list[Name]) -> None:
    limits = Limits(stream_bytes=MEGABYTE)
    assert desk.refusal("a.pdf", pdf(contents(packed, *filters)), limits) == "unpacked_too_large"


def test_many_streams_are_counted_together(desk: Desk) -> None:
    def change(document: Pdf) -> None:
        packed = zlib.compress(bytes(MEGABYTE))
        document.pages[0].obj["/Contents"] = Array([document.make_stream(b"") for _ in range(4)])
        for stream in document.pages[0].obj["/Contents"]:
            stream.write(packed, filter=Name.FlateDecode)

    assert desk.refusal("a.pdf", pdf(change), Limits(unpacked_bytes=3 * MEGABYTE)) == "unpacked_too_large"
    assert desk.take("a.pdf", pdf(change), Limits(unpacked_bytes=5 * MEGABYTE)).pages == 1


def test_objects_packed_together_are_counted_before_they_are_read(desk: Desk) -> None:
    def change(document: Pdf) -> None:
        document.Root["/Odd"] = Array([document.make_indirect(String("x" * MEGABYTE)) for _ in range(3)])

    content = pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert len(content) < MEGABYTE
    assert desk.refusal("a.pdf", content, Limits(stream_bytes=MEGABYTE)) in {"unpacked_too_large", "damaged_file"}


def test_a_drawing_that_never_ends_costs_its_time_and_is_refused(desk: Desk) -> None:
    def change(document: Pdf) -> None:
        inner = document.make_stream(b"0 0 595 842 re f", Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
        for _ in range(12):
            inner = document.make_stream(
                b"/X Do " * 40,
                Subtype=Name.Form,
                BBox=Array([0, 0, 595, 842]),
                Resources=Dictionary(XObject=Dictionary(X=inner)),
            )
        document.pages[0].obj["/Resources"] = Dictionary(XObject=Dictionary(X=inner))
        document.pages[0].obj["/Contents"] = document.make_stream(b"/X Do")

    assert desk.refusal("a.pdf", pdf(change), Limits(seconds=2)) == "unpacked_too_large"


def test_memory_has_an_end_for_the_child_only(desk: Desk) -> None:
    small = Limits(memory=300 * MEGABYTE)
    assert desk.refusal("a.png", picture("PNG", "RGB", (8_000, 5_000)), small) == "unpacked_too_large"


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.pdf", "/etc/passwd", "a\0b.pdf", "\u202efdp.pdf", "x" * 300])
def test_a_name_never_becomes_a_path(desk: Desk, name: str) -> None:
    taken = desk.take(name, pdf())
    assert taken.path.relative_to(desk.media) == Path("documents", taken.sha256[:2], taken.sha256)


def test_a_full_disk_is_not_blamed_on_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left") as full:
        desk.take("a.pdf", pdf())
    assert full.value.errno == errno.ENOSPC
    assert desk.stored() == []


def test_the_child_inherits_no_secret(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watch(*arguments: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return run(*arguments, **options)

    monkeypatch.setenv("SECRET_KEY", "of the office")
    monkeypatch.setattr(subprocess, "run", watch)
    desk.take("a.pdf", pdf())
    assert [sorted(env) for env in seen] == [["LC_ALL", "MALLOC_ARENA_MAX", "PATH"]]


SAMPLES = {"a.pdf": pdf(pages=2, linearize=True), "a.jpg": picture("JPEG"), "a.png": picture("PNG")}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(SAMPLES)), st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6)), max_size=8))
def test_mutilated_files_are_taken_or_refused_and_nothing_else(
    desk: Desk, name: str, wounds: list[tuple[int, bytes]]
) -> None:
    content = bytearray(SAMPLES[name])
    for place, wound in wounds:
        place %= len(content)
        content[place : place + len(wound)] = wound
    desk.media.mkdir(exist_ok=True)
    before = desk.stored()
    try:
        taken = desk.take(name, bytes(content))
    except Rejected:
        assert desk.stored() == before
    else:
        assert taken.path.stat().st_size == taken.bytes
