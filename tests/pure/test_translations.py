"""The Vietnamese catalogue: complete, faithful to its placeholders, in office words, and spelled in one way."""

import re
import unicodedata

import polib
import pytest

from scripts.messages import CATALOGUE, Key, compile_catalogue, join, key, translation

NAMED = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")
NAMELESS = re.compile(r"%[sdfir]|{}|{\d")
TAG = re.compile(r"</?[a-z][^>]*>")
# Developers' words, and the address that an office does not use.
FOREIGN_WORDS = re.compile(r"\b(lỗi hệ thống|server|sync|token|cache|ID|user|admin|click|upload|download|login|bạn)\b")


@pytest.fixture(scope="module")
def catalogue() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(CATALOGUE), encoding="utf-8") if not entry.obsolete]


@pytest.fixture
def translated(catalogue: list[polib.POEntry]) -> list[polib.POEntry]:
    return [entry for entry in catalogue if translation(entry)]


def names(text: str) -> set[str]:
    return {first or second for first, second in NAMED.findall(text)}


def words(entry: polib.POEntry) -> str:
    return f"{entry.msgid} -> {translation(entry)}"


def test_every_text_is_translated(catalogue: list[polib.POEntry]) -> None:
    assert [entry.msgid for entry in catalogue if not translation(entry) or entry.fuzzy] == []


def test_placeholders_are_named_in_both_languages(catalogue: list[polib.POEntry]) -> None:
    both = [(words(entry), entry.msgid + entry.msgid_plural + translation(entry)) for entry in catalogue]
    assert [shown for shown, text in both if NAMELESS.search(text.replace("%%", ""))] == []


def test_a_translation_says_what_its_text_says(translated: list[polib.POEntry]) -> None:
    lost = [
        words(entry)
        for entry in translated
        if names(translation(entry)) != names(entry.msgid) | names(entry.msgid_plural)
        or sorted(TAG.findall(translation(entry))) != sorted(TAG.findall(entry.msgid_plural or entry.msgid))
    ]
    assert lost == []


def test_spaces_and_closing_marks_at_the_ends_agree(translated: list[polib.POEntry]) -> None:
    def ends(text: str) -> tuple[bool, bool, str]:
        return text[:1].isspace(), text[-1:].isspace(), text[-1:] if text[-1:] in ".:?!…" else ""

    # The full stop of an abbreviation ("No.", "Subst.") is no end of a sentence.
    sentences = [entry for entry in translated if not re.fullmatch(r"\w+\.", entry.msgid)]
    assert [words(entry) for entry in sentences if ends(translation(entry)) != ends(entry.msgid)] == []


def test_translations_use_office_words(catalogue: list[polib.POEntry]) -> None:
    assert [words(entry) for entry in catalogue if FOREIGN_WORDS.search(NAMED.sub("", translation(entry)))] == []


def test_translations_are_composed_unicode(catalogue: list[polib.POEntry]) -> None:
    assert [words(entry) for entry in catalogue if not unicodedata.is_normalized("NFC", translation(entry))] == []


def test_the_compiled_catalogue_holds_every_text(translated: list[polib.POEntry]) -> None:
    compile_catalogue()
    compiled = {key(entry) for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    assert compiled == {key(entry) for entry in translated}


def one(msgid: str, msgstr: str = "") -> dict[Key, polib.POEntry]:
    return {(None, msgid): polib.POEntry(msgid=msgid, msgstr=msgstr)}


def test_a_part_wins_over_the_catalogue_and_the_catalogue_over_nothing() -> None:
    found = [polib.POEntry(msgid=name) for name in ("Agenda", "Board", "Chair")]
    old = one("Agenda", "Lịch") | one("Board", "Bảng")
    added = one("Agenda", "Chương trình")
    assert [translation(entry) for entry in join(found, old, added)] == ["Chương trình", "Bảng", ""]


def test_a_text_of_a_library_stays_though_no_source_has_it() -> None:
    library = polib.POEntry(msgid="Too many attempts", msgstr="Thử quá nhiều lần", comment="from a library")
    gone = polib.POEntry(msgid="Gone", msgstr="Đã bỏ")
    kept = join([], {key(gone): gone}, {key(library): library})
    assert [entry.msgid for entry in kept] == ["Too many attempts"]
