"""The colours of look section 2: the same dark twice, and contrast that people can read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHEET = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
HEX = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{3,6});")
TEXTS = ("ink", "ink-2", "ink-3", "primary", "danger", "ok", "warn", "hold")
GROUNDS = ("paper", "surface")


def block(selector: str) -> dict[str, str]:
    """The hexadecimal colours of the first rule with that selector."""
    start = SHEET.index(selector)
    return dict(HEX.findall(SHEET[start : SHEET.index("}", start)]))


THEMES = {"light": block('[data-bs-theme="light"] {'), "dark": block('[data-bs-theme="dark"] {')}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_dark_by_the_system_and_dark_by_choice_are_one_theme() -> None:
    assert block(':root:not([data-bs-theme="light"]) {') == THEMES["dark"]


def test_both_themes_set_the_same_tokens() -> None:
    assert set(THEMES["light"]) == set(THEMES["dark"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_paper_and_surface(theme: str) -> None:
    tokens = THEMES[theme]
    weak = [
        f"{text} on {ground}" for text in TEXTS for ground in GROUNDS if contrast(tokens[text], tokens[ground]) < 4.5
    ]
    assert weak == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_its_own_tint(theme: str) -> None:
    tokens = THEMES[theme]
    pairs = [(name, f"{name}-tint") for name in ("primary", "danger", "ok", "warn", "hold")]
    pairs += [("ink-2", "mute-tint"), ("ink-3", "mute-tint"), ("ink", "primary-tint-2"), ("on-primary", "primary")]
    pairs += [("on-danger", "danger"), ("on-booked", "booked"), ("ink-3", "sunk")]
    assert [pair for pair in pairs if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_controls_and_the_mark_can_be_seen(theme: str) -> None:
    tokens = THEMES[theme]
    pairs = [(edge, ground) for edge in ("control", "mark", "focus", "booked") for ground in GROUNDS]
    assert [pair for pair in pairs if contrast(tokens[pair[0]], tokens[pair[1]]) < 3] == []


def test_scan_results_carry_white_text() -> None:
    fields = dict(HEX.findall(SHEET))
    names = ("scan-valid", "scan-already", "scan-elsewhere", "scan-invalid")
    assert [name for name in names if contrast(fields[name], "#ffffff") < 7] == []


def test_only_the_tokens_say_a_colour_by_number() -> None:
    layouts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates/layouts").glob("*.html"))
    shared = set(re.findall(r"css/([\w-]+\.css)", layouts)) - {"tokens.css", "print.css"}
    white_everywhere = {"#fff"}
    found = {
        f"{name}: {colour}"
        for name in shared
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", (ROOT / "static/css" / name).read_text(encoding="utf-8"))
        if colour not in white_everywhere
    }
    assert found == set()
