"""What is brought in from others: unchanged, listed, and fit for Vietnamese."""

import hashlib
import json
import re
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from scripts.vendor import LOCK, ROOT, Drift, check, integrity_of, without_source_map

ICON_TAG = re.compile(r"""{%\s*icon\s+["']([\w-]+)["']""")
SPRITE_USE = re.compile(r"sprite\.svg#([\w-]+)")
VOWELS = "aăâeêioôơuưy"
TONES = ("", *map(chr, (0x300, 0x301, 0x309, 0x303, 0x323)))
LETTERS = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS + VOWELS.upper() for tone in TONES}
LETTERS |= set("đĐ0123456789–…“”‘’ §/.,:;()%")


def test_every_vendored_file_is_the_one_of_the_lock() -> None:
    listed = [name for entry in json.loads(LOCK.read_text(encoding="utf-8")) for name in entry["files"]]
    assert check() == len(listed) == len(set(listed))


def test_every_package_comes_with_its_licence() -> None:
    for entry in json.loads(LOCK.read_text(encoding="utf-8")):
        assert [name for name in entry["files"] if name.endswith("/LICENSE")] != [], entry["name"]


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """A tree with one vendored file and its lock."""
    file = tmp_path / "static/vendor/thing-1.0/thing.js"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"one")
    files = {"static/vendor/thing-1.0/thing.js": hashlib.sha256(b"one").hexdigest()}
    lock = tmp_path / "static/vendor/vendor.lock"
    lock.write_text(json.dumps([{"name": "thing", "version": "1.0", "integrity": "", "files": files}]))
    return tmp_path


def drift_of(tree: Path) -> str:
    with pytest.raises(Drift) as caught:
        check(tree, tree / "static/vendor/vendor.lock")
    return str(caught.value)


def test_an_untouched_tree_agrees_with_its_lock(small_tree: Path) -> None:
    assert check(small_tree, small_tree / "static/vendor/vendor.lock") == 1


def test_a_changed_file_is_named(small_tree: Path) -> None:
    (small_tree / "static/vendor/thing-1.0/thing.js").write_bytes(b"two")
    assert drift_of(small_tree) == "changed: static/vendor/thing-1.0/thing.js"


def test_a_missing_file_is_named(small_tree: Path) -> None:
    (small_tree / "static/vendor/thing-1.0/thing.js").unlink()
    assert drift_of(small_tree) == "missing: static/vendor/thing-1.0/thing.js"


def test_a_file_that_nobody_listed_is_named(small_tree: Path) -> None:
    (small_tree / "static/vendor/extra.js").write_bytes(b"")
    assert drift_of(small_tree) == "not in the lock: static/vendor/extra.js"


def test_integrity_is_written_as_the_registry_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "empty.tgz"
    file.write_bytes(b"")
    empty = "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    assert integrity_of(file) == f"sha512-{empty}"


def test_notes_about_source_maps_are_dropped() -> None:
    assert without_source_map("a{}\n/*# sourceMappingURL=a.css.map */\n") == "a{}\n"
    assert without_source_map("f()\n//# sourceMappingURL=f.js.map") == "f()\n"


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    sprite = (ROOT / "static/icons/sprite.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    texts = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js")]
    named = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in texts
        for name in ICON_TAG.findall(path.read_text(encoding="utf-8")) + SPRITE_USE.findall(path.read_text("utf-8"))
        if name not in known
    }
    assert named == set()


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_the_ten_digits_have_one_width(weight: int) -> None:
    font = TTFont(ROOT / f"static/vendor/inter-5.3.0/digits-{weight}.woff2")
    (lookup,) = [
        font["GSUB"].table.LookupList.Lookup[index]
        for feature in font["GSUB"].table.FeatureList.FeatureRecord
        if feature.FeatureTag == "tnum"
        for index in feature.Feature.LookupListIndex
    ]
    tabular = {lookup.SubTable[0].mapping[font.getBestCmap()[ord(digit)]] for digit in "0123456789"}
    assert len(tabular) == 10
    assert len({font["hmtx"][glyph][0] for glyph in tabular}) == 1


@pytest.mark.parametrize("style", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_the_serif_of_papers_has_every_vietnamese_letter(style: str) -> None:
    letters = TTFont(ROOT / f"static/vendor/tinos-5.3.0/Tinos-{style}.ttf").getBestCmap()
    assert {letter for letter in LETTERS if ord(letter) not in letters} == set()


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_the_screen_font_has_every_vietnamese_letter(weight: int) -> None:
    letters: set[int] = set()
    for script in ("latin", "latin-ext", "vietnamese"):
        path = ROOT / f"static/vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-{script}-{weight}-normal.woff2"
        letters |= set(TTFont(path).getBestCmap())
    assert {letter for letter in LETTERS if ord(letter) not in letters} == set()
