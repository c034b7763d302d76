"""Bring in the third-party files that pages need, and prove that they are what was brought in.

    scripts/vendor.py           fetch each package of PACKAGES with `npm pack`, check the sha512 of the tarball, copy
                                its files with their licence and write static/vendor/vendor.lock
    scripts/vendor.py --check   without a network: hash every file again; fails on a changed, missing or unlisted file

A package that is in the lock already must come with the same integrity as before. Fetching needs npm; fonts that
are cut or joined need fonttools (requirements-dev). Checking needs neither.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "static" / "vendor" / "vendor.lock"
ICONS = Path(__file__).with_name("icons.txt")
SPRITE = "static/icons/sprite.svg"
WATCHED = ("static/vendor", "static/icons", "tests/vendor")
SVG = "http://www.w3.org/2000/svg"

Build = Callable[[Path, Path], None]


class Drift(Exception):
    """The files are not those of the lock. The message has one line per file."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package. `copy` maps a path or glob in the tarball to a folder ("" is its own) or a file name."""

    npm: str
    version: str
    folder: str
    copy: Mapping[str, str] = field(default_factory=dict)
    build: Build | None = None
    licence: str = "LICENSE"


def join_styles(source: Path, target: Path) -> None:
    """Reboot, grid and utilities of Bootstrap as one sheet: the components are our own."""
    parts = ("reboot", "grid", "utilities")
    text = "\n".join((source / f"dist/css/bootstrap-{part}.min.css").read_text(encoding="utf-8") for part in parts)
    (target / "bootstrap-parts.min.css").write_text(without_source_map(text), encoding="utf-8")


def build_fonts(work: str) -> Build:
    """Cutting and joining fonts is left to vendor_fonts.py: only that needs fonttools."""

    def run(source: Path, target: Path) -> None:
        script = Path(__file__).with_name("vendor_fonts.py")
        subprocess.run([sys.executable, str(script), work, str(source), str(target)], check=True)

    return run


def draw_sprite(source: Path, target: Path) -> None:
    """One symbol per name of scripts/icons.txt, in the order of the alphabet; it stands beside the vendor folder."""
    symbols = []
    for name in sorted(ICONS.read_text(encoding="utf-8").split()):
        drawing = (source / f"icons/{name}.svg").read_text(encoding="utf-8")
        (box,) = re.findall(r'viewBox="([^"]+)"', drawing)
        shapes = re.sub(r"\s*\n\s*", "", drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")])
        symbols.append(f'<symbol id="{name}" viewBox="{box}">{shapes}</symbol>')
    sprite = target.parent.parent / "icons" / "sprite.svg"
    sprite.parent.mkdir(parents=True, exist_ok=True)
    sprite.write_text(f'<svg xmlns="{SVG}">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8")


BE_VIETNAM = {
    f"files/be-vietnam-pro-{script}-{style}.woff2": ""
    for script in ("latin", "latin-ext", "vietnamese")
    for style in ("400-normal", "500-normal", "600-normal", "700-normal", "400-italic")
}

PACKAGES = (
    Package(npm="bootstrap", version="5.3.8", folder="static/vendor", build=join_styles),
    Package(
        npm="htmx.org",
        version="2.0.11",
        folder="static/vendor",
        copy={"dist/htmx.min.js": ""},
    ),
    Package(
        npm="pdfjs-dist",
        version="6.5.438",
        folder="static/vendor",
        copy={
            "legacy/build/pdf.min.mjs": "",
            "legacy/build/pdf.worker.min.mjs": "",
            "cmaps/*": "cmaps/",
            "standard_fonts/*": "standard_fonts/",
            "iccs/*": "iccs/",
            "wasm/jbig2.wasm": "wasm/",
            "wasm/openjpeg.wasm": "wasm/",
            "wasm/qcms_bg.wasm": "wasm/",
            "wasm/LICENSE_*": "wasm/",
        },
    ),
    Package(
        npm="zxing-wasm",
        version="3.1.4",
        folder="static/vendor",
        copy={"dist/iife/reader/index.js": "zxing-reader.js", "dist/reader/zxing_reader.wasm": ""},
    ),
    Package(npm="sortablejs", version="1.15.7", folder="static/vendor", copy={"Sortable.min.js": ""}),
    Package(npm="@fontsource/be-vietnam-pro", version="5.3.0", folder="static/vendor", copy=BE_VIETNAM),
    Package(npm="@fontsource/inter", version="5.3.0", folder="static/vendor", build=build_fonts("digits")),
    Package(npm="@fontsource/tinos", version="5.3.0", folder="static/vendor", build=build_fonts("serif")),
    Package(npm="bootstrap-icons", version="1.13.2", folder="static/vendor", build=draw_sprite),
    Package(npm="axe-core", version="4.14.1", folder="tests/vendor", copy={"axe.min.js": ""}),
)


def without_source_map(text: str) -> str:
    """The maps are not shipped, and a hashing store of static files refuses a name that leads nowhere."""
    return re.sub(r"(?m)^(/[/*])# sourceMappingURL=.*$\n?", "", text)


def folder_of(package: Package) -> Path:
    return ROOT / package.folder / f"{package.npm.rpartition('/')[2]}-{package.version}"


def integrity_of(tarball: Path) -> str:
    """The hash in the registry's notation, "sha512-" and base64."""
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode("ascii")


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: Package, scratch: Path) -> tuple[Path, str]:
    """The unpacked tarball and its integrity. Raises Drift when the registry announced another one."""
    answer = subprocess.run(
        ["npm", "pack", f"{package.npm}@{package.version}", "--json", "--pack-destination", str(scratch)],
        check=True,
        capture_output=True,
        text=True,
    )
    (facts,) = json.loads(answer.stdout)
    tarball = scratch / facts["filename"]
    integrity = integrity_of(tarball)
    if integrity != facts["integrity"]:
        raise Drift(f"{package.npm} {package.version}: the registry announced {facts['integrity']}, came {integrity}")
    source = scratch / f"{tarball.name}.d"
    with tarfile.open(tarball) as archive:
        archive.extractall(source, filter="data")
    return source / "package", integrity


def place(source: Path, target: Path) -> None:
    """Copy one file, without its note about a source map."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in {".css", ".js", ".mjs"}:
        target.write_text(without_source_map(source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        target.write_bytes(source.read_bytes())


def install(package: Package, source: Path) -> Iterator[Path]:
    """Copy and build the files of one package; yields every file that belongs to it."""
    target = folder_of(package)
    target.mkdir(parents=True, exist_ok=True)
    place(source / package.licence, target / "LICENSE")
    for pattern, to in package.copy.items():
        found = sorted(source.glob(pattern))
        if not found:
            raise Drift(f"{package.npm} {package.version}: nothing matches {pattern}")
        for file in found:
            place(file, target / (to + file.name if to == "" or to.endswith("/") else to))
    if package.build:
        package.build(source, target)
    yield from sorted(path for path in target.rglob("*") if path.is_file())
    if package.build is draw_sprite:
        yield ROOT / SPRITE


def read_lock() -> list[dict[str, object]]:
    return json.loads(LOCK.read_text(encoding="utf-8")) if LOCK.exists() else []


def vendor(only: str | None) -> None:
    """Fetch all packages, or one, and write the lock. Raises Drift when a locked version comes as another file."""
    known = {(entry["name"], entry["version"]): entry for entry in read_lock()}
    lock = []
    for package in PACKAGES:
        before = known.get((package.npm, package.version))
        if only and before and package.npm != only:
            lock.append(before)
            continue
        with tempfile.TemporaryDirectory() as scratch:
            source, integrity = fetch(package, Path(scratch))
            if before and before["integrity"] != integrity:
                raise Drift(f"{package.npm} {package.version}: locked {before['integrity']}, came {integrity}")
            files = {str(path.relative_to(ROOT)): sha256_of(path) for path in install(package, source)}
        lock.append({"name": package.npm, "version": package.version, "integrity": integrity, "files": files})
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    LOCK.write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def check(root: Path = ROOT, lock: Path = LOCK) -> int:
    """Number of files that agree with the lock. Raises Drift naming each changed, missing or unlisted file."""
    listed: dict[str, str] = {}
    for entry in json.loads(lock.read_text(encoding="utf-8")):
        listed |= entry["files"]
    present = {
        str(path.relative_to(root))
        for folder in WATCHED
        for path in (root / folder).rglob("*")
        if path.is_file() and path != lock
    }
    faults = [f"missing: {name}" for name in sorted(listed.keys() - present)]
    faults += [f"not in the lock: {name}" for name in sorted(present - listed.keys())]
    faults += [f"changed: {name}" for name in sorted(listed.keys() & present) if sha256_of(root / name) != listed[name]]
    if faults:
        raise Drift("\n".join(faults))
    return len(listed)


def main() -> int:
    parser = argparse.ArgumentParser(description="Bring in or check the third-party files of the pages.")
    parser.add_argument("--check", action="store_true", help="hash the files again, without a network")
    parser.add_argument("--only", metavar="NAME", help="fetch one package and keep the lock of the others")
    options = parser.parse_args()
    try:
        if options.check:
            sys.stdout.write(f"{check()} files agree with {LOCK.relative_to(ROOT)}\n")
        else:
            vendor(options.only)
    except Drift as drift:
        sys.stderr.write(f"{drift}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
