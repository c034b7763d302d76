"""What the content security policy would refuse, or a translator could not read, is found here before a browser is."""

import re

from tests.architecture.tree import ROOT, assets, modules, pages, templates

REFUSED_BY_THE_POLICY = re.compile(
    r"""\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']|javascript:|hx-on|hx-vals\s*=\s*["']js:""",
    re.IGNORECASE,
)
UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off")
PAINTED_BY_SCRIPT = re.compile(
    r"\binnerHTML\b|\bouterHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function\("
)
FOREIGN = re.compile(r"""(?:src|href|action)\s*=\s*["']\s*(?:https?:)?//""", re.IGNORECASE)
UNTRIMMED = re.compile(r"{%\s*blocktrans(?:late)?\b(?![^%]*\btrimmed\b)")
OLD_TAGS = re.compile(r"{%\s*(?:trans|blocktrans)\s")
REFERENCE = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
# A template named in Python: "meetings/planning/meeting.html"
NAMED_IN_PYTHON = re.compile(r"""["']([a-z_]+(?:/[a-z_0-9-]+)+\.(?:html|txt))["']""")


def hits(pattern: re.Pattern[str], texts: tuple[tuple[str, str], ...]) -> list[str]:
    return [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1} {found.group().strip()}"
        for path, text in texts
        for found in pattern.finditer(text)
    ]


def test_pages_hold_no_inline_script_or_style() -> None:
    assert hits(REFUSED_BY_THE_POLICY, pages()) == []


def test_templates_escape_everything() -> None:
    assert hits(UNESCAPED, tuple((path, text) for path, text in templates() if path.endswith(".html"))) == []


def test_scripts_build_no_html_from_text() -> None:
    assert hits(PAINTED_BY_SCRIPT, tuple((path, text) for path, text in assets() if not path.endswith(".css"))) == []


def test_pages_fetch_nothing_from_another_host() -> None:
    assert hits(FOREIGN, pages()) == []


def test_translated_blocks_are_trimmed_and_tags_are_the_present_ones() -> None:
    assert hits(UNTRIMMED, templates()) + hits(OLD_TAGS, templates()) == []


def test_every_template_that_is_named_exists() -> None:
    known = {path for path, _ in templates()}
    missing = [
        f"{path} names {name}" for path, text in templates() for name in REFERENCE.findall(text) if name not in known
    ]
    for module in modules():
        text = (ROOT / module.path).read_text(encoding="utf-8")
        missing += [f"{module.path} names {name}" for name in NAMED_IN_PYTHON.findall(text) if name not in known]
    foreign = ("account/", "mfa/", "usersessions/", "django/", "admin/", "allauth/")
    assert [line for line in missing if not line.rpartition(" ")[2].startswith(foreign)] == []
