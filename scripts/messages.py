"""Keeps the Vietnamese catalogue: English is written in the sources, so locale/ holds only `vi`.

    scripts/messages.py             collect every text of the sources and templates (needs GNU gettext), take its
                                    translation from locale/parts/*.po-part or from the catalogue, write and compile
    scripts/messages.py --fold      the same, then remove the parts: the catalogue has them now
    scripts/messages.py --check     change nothing; fail when the catalogue is not what the first form would write, or
                                    a text has no translation
    scripts/messages.py --compile   only make the .mo file, when it is older than the .po; needs no gettext

A part is a piece of catalogue without a header, written beside the slice it belongs to. Texts of libraries that
speak to our users are translated in libraries.po-part; the catalogue keeps them though no source of ours has them.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/vi/LC_MESSAGES/django.po"
PARTS = ROOT / "locale/parts"
LIBRARY = "from a library"
HEADER = {
    "Project-Id-Version": "Điểm Cầu",
    "Language": "vi",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
SPOKEN = ("config", "accounts", "audit", "meetings", "realtime", "rooms", "templates")

Key = tuple[str | None, str]


def key(entry: polib.POEntry) -> Key:
    """What tells one text from another: its context and its English words."""
    return entry.msgctxt, entry.msgid


def compile_catalogue() -> None:
    """Make django.mo from django.po when it is missing or older."""
    compiled = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.exists() or (compiled.exists() and compiled.stat().st_mtime >= CATALOGUE.stat().st_mtime):
        return
    unfinished = compiled.with_suffix(f".mo-{os.getpid()}")
    polib.pofile(str(CATALOGUE), encoding="utf-8").save_as_mofile(str(unfinished))
    unfinished.replace(compiled)


def collect() -> list[polib.POEntry]:
    """Every text that sources and templates mark for translation, in the order of the files."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django  # noqa: PLC0415 -- compiling the catalogue must not need Django's settings
    from django.conf import settings  # noqa: PLC0415 -- see above
    from django.core.management import call_command  # noqa: PLC0415 -- see above

    django.setup()
    # In a copy: makemessages writes beside the templates while it works, and prefers a locale/ that it finds.
    with tempfile.TemporaryDirectory() as folder:
        for name in SPOKEN:
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        settings.LOCALE_PATHS = [f"{folder}/locale"]
        with contextlib.chdir(folder):
            call_command(
                "makemessages",
                locale=["vi"],
                extensions=["html", "txt", "py"],
                add_location="file",
                no_wrap=True,
                verbosity=0,
            )
        found = polib.pofile(f"{folder}/locale/vi/LC_MESSAGES/django.po", encoding="utf-8")
    return sorted(found, key=lambda entry: (entry.occurrences, entry.msgctxt or "", entry.msgid))


def parts() -> tuple[dict[Key, polib.POEntry], list[str]]:
    """The entries of all parts, and a complaint for each text that two parts translate differently."""
    known: dict[Key, polib.POEntry] = {}
    complaints = []
    for path in sorted(PARTS.glob("*.po-part")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if path.stem == "libraries":
                entry.comment = LIBRARY
            earlier = known.setdefault(key(entry), entry)
            if translation(earlier) != translation(entry):
                complaints.append(
                    f"{path.name}: {entry.msgid!r} is {translation(entry)!r} here, elsewhere {translation(earlier)!r}"
                )
    return known, complaints


def translation(entry: polib.POEntry) -> str:
    """The Vietnamese words; one form, as Vietnamese has no plural."""
    return str(entry.msgstr_plural.get(0, "")) if entry.msgid_plural else str(entry.msgstr)


def join(
    found: Iterable[polib.POEntry], catalogue: dict[Key, polib.POEntry], added: dict[Key, polib.POEntry]
) -> list[polib.POEntry]:
    """The new catalogue: every text found, with the part's words before the old ones, then the libraries' texts."""
    joined = []
    for entry in found:
        source = added.get(key(entry)) or catalogue.get(key(entry))
        words = translation(source) if source else ""
        if entry.msgid_plural:
            entry.msgstr_plural = {0: words}
        else:
            entry.msgstr = words
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        joined.append(entry)
    ours = {key(entry) for entry in joined}
    library = {name: entry for name, entry in {**catalogue, **added}.items() if entry.comment == LIBRARY}
    joined += [entry for name, entry in sorted(library.items(), key=lambda item: item[0][1]) if name not in ours]
    return joined


def written(entries: Iterable[polib.POEntry]) -> str:
    """The catalogue as the text of a .po file, without dates: the same texts give the same file."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = HEADER
    catalogue.extend(entries)
    return str(catalogue).rstrip() + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    for name in ("--check", "--compile", "--fold"):
        mode.add_argument(name, action="store_true")
    arguments = parser.parse_args()
    if arguments.compile:
        compile_catalogue()
        return 0
    if not shutil.which("xgettext"):
        print("Collecting texts needs GNU gettext: apt-get install gettext")
        return 2

    old = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.exists() else ""
    known = {key(entry): entry for entry in polib.pofile(old)} if old else {}
    added, complaints = parts()
    entries = join(collect(), known, added)
    used = {key(entry) for entry in entries}
    complaints += [f"no source has {name[1]!r} any more" for name in added if name not in used]
    complaints += [
        f"not translated: {entry.msgid!r} ({entry.occurrences[0][0]})" for entry in entries if not translation(entry)
    ]
    new = written(entries)
    if arguments.check:
        if new != old:
            complaints.append("locale/vi is not up to date: make messages")
    else:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(new, encoding="utf-8")
        compile_catalogue()
        if arguments.fold:
            for path in PARTS.glob("*.po-part"):
                path.unlink()
    print("\n".join(complaints) or f"{len(entries)} texts, all translated")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
