"""The source tree as these tests read it: modules with their syntax trees, templates, scripts and style sheets."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("config", "accounts", "audit", "meetings", "realtime", "rooms")

# Pure modules: no Django, no Channels, no clock, no database. `errors` and `events` are data and stand with them.
PURE_NAMES = frozenset({"tally", "queue", "clock", "codes", "versions", "rows", "lifecycle", "rank_rule", "figures"})
PURE_EVERYWHERE = frozenset({"errors", "events"})
PURE_MODULES = frozenset(
    {
        "accounts.cells",
        "rooms.reorganisation.plan",
        "accounts.decision",
        "accounts.names",
        "accounts.text",
        "accounts.units.rows",
        "accounts.wording",
        "audit.chain",
        "realtime.audiences",
        "realtime.protocol",
    }
)


@dataclass(frozen=True)
class Module:
    """One Python file: dotted `name`, `path` from the root, parsed `tree`, number of `lines`."""

    name: str
    path: str
    tree: ast.Module
    lines: int

    @property
    def parts(self) -> list[str]:
        return self.name.split(".")

    @property
    def is_pure(self) -> bool:
        own = self.parts[-1]
        named = own in PURE_EVERYWHERE or (self.parts[0] == "meetings" and own in PURE_NAMES)
        return named or self.name in PURE_MODULES or self.name.startswith("rooms.scheduling")

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported name as `package.module.name` with its line, those inside functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    relative = path.relative_to(ROOT)
    name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
    return Module(name=name, path=str(relative), tree=ast.parse(text), lines=text.count("\n"))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, migrations left out."""
    return tuple(
        _read(path)
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    )


@cache
def every_python_file() -> tuple[Module, ...]:
    """The product, its tests, measurements and scripts."""
    others = (path for folder in ("tests", "bench", "scripts") for path in sorted((ROOT / folder).rglob("*.py")))
    return modules() + tuple(_read(path) for path in others)


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """(path from templates/, text) of every template."""
    folder = ROOT / "templates"
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in {".html", ".txt"})
    return tuple((str(path.relative_to(folder)), path.read_text(encoding="utf-8")) for path in found)


@cache
def pages() -> tuple[tuple[str, str], ...]:
    """The templates that a browser shows under the content security policy; mail is read by mail programs."""
    return tuple((path, text) for path, text in templates() if path.endswith(".html") and not path.startswith("mail/"))


@cache
def assets() -> tuple[tuple[str, str], ...]:
    """(path from the root, text) of our own scripts and style sheets."""
    found = (
        path
        for suffix in ("*.js", "*.mjs", "*.css")
        for path in sorted((ROOT / "static").rglob(suffix))
        if "vendor" not in path.parts
    )
    return tuple((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in found)
