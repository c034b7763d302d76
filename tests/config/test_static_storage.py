"""Modules import each other by hashed names, so that each is loaded once."""

import re
from pathlib import Path

import pytest

from config.static_storage import HashedModules

ROOT = Path(__file__).resolve().parents[2]
IMPORTED = re.compile(r"""(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)["'](\.[^"']+)["']""")


@pytest.fixture
def stored(tmp_path: Path) -> dict[str, str]:
    """The text of each file as an installation stores it, by the name it had."""
    files = {
        "js/page.js": 'import { show } from "./dot.js";\nimport "./dot.js";\nconst later = () => import("./dot.js");\n',
        "js/dot.js": "export function show() {}\n",
        "vendor/other.js": 'import "./nowhere.js";\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    storage = HashedModules(location=str(tmp_path), base_url="/static/")
    processed = storage.post_process({name: (storage, name) for name in files})
    # Each file is told with its hashed name, then with those of its compressed forms.
    names = {before: after for before, after, done in processed if done and after.endswith(".js")}
    return {name: (tmp_path / names[name]).read_text(encoding="utf-8") for name in files}


def test_our_modules_import_hashed_names(stored: dict[str, str]) -> None:
    imported = IMPORTED.findall(stored["js/page.js"])
    assert len(imported) == 3
    assert {bool(re.fullmatch(r"\./dot\.[0-9a-f]{12}\.js", name)) for name in imported} == {True}
    assert len(set(imported)) == 1


def test_a_librarys_imports_stay_as_they_came(stored: dict[str, str]) -> None:
    assert stored["vendor/other.js"] == 'import "./nowhere.js";\n'


def test_every_import_of_our_modules_leads_to_a_file_and_is_written_as_the_storage_reads_it() -> None:
    scripts = sorted((ROOT / "static/js").rglob("*.js"))
    astray = [
        f"{script.relative_to(ROOT)}: {name}"
        for script in scripts
        for name in IMPORTED.findall(script.read_text(encoding="utf-8"))
        if not (script.parent / name).is_file()
    ]
    single = [str(script) for script in scripts if re.search(r"""\bfrom\s+'\.""", script.read_text(encoding="utf-8"))]
    assert (astray, single) == ([], [])
