"""The way in, in a real browser: what is typed can be shown, and everybody can use the pages."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit, Watch

AXE = next((Path(__file__).resolve().parent.parent / "vendor").glob("axe-core-*/axe.min.js"))
PAGES: list[tuple[str | None, str]] = [
    (None, "/accounts/login/"),
    (None, "/accounts/password/reset/"),
    (None, "/khong-co/"),
]
PAGES += [("secretary", "/accounts/password/change/"), ("secretary", "/accounts/2fa/")]


def faults(page: Page) -> list[str]:
    """The serious and critical findings of axe on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['target']}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize(("viewport", "dark"), [((1440, 900), False), ((390, 844), True)])
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_everybody_can_use_the_page(
    as_user: Visit, watch: Watch, who: str | None, path: str, viewport: tuple[int, int], dark: bool
) -> None:
    watch.allow("404")
    page = as_user(who, viewport=viewport, dark=dark)
    page.goto(path)
    assert faults(page) == []


def test_nothing_is_wider_than_a_telephone(as_user: Visit, watch: Watch) -> None:
    watch.allow("404")
    for who, path in PAGES:
        page = as_user(who, viewport=(360, 740))
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_password_can_be_looked_at(as_user: Visit) -> None:
    page = as_user(None, language="en")
    page.goto("/accounts/login/")
    field = page.locator("#id_password")
    field.fill("demo-pass-1")
    page.get_by_role("button", name="Show").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide").click()
    expect(field).to_have_attribute("type", "password")


def test_the_language_is_changed_where_one_is(as_user: Visit) -> None:
    page = as_user(None)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_skip_link_comes_first(as_user: Visit) -> None:
    page = as_user("secretary", language="en")
    page.goto("/accounts/2fa/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
