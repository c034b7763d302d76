"""Takes the pictures of the documentation from a running demo; scripts/screenshots.sh builds and serves it.

Usage: scripts/screenshots.py ADDRESS FOLDER [NAME ...]
CHROMIUM names the browser's program, MOMENT what its clock shows; DATABASE_URL is the demo's database.

The pictures are taken in the order of PICTURES: the scan checks somebody in before the others, the last one closes the
meeting.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import django
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

if TYPE_CHECKING:
    from scripts.demo_facts import Facts

DESK = (1440, 900)
TABLET = (1180, 820)
PHONE = (390, 844)
WALL = (1920, 1080)
PASSWORD = "demo"  # noqa: S105 -- the demo's password is public
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
QUALITY = 60
WIDEST = 1440
PATIENCE_MS = 20_000

# The page's clock shows the office's time, as the server's does.
CLOCK = """
(moment => {
  const Present = Date, ahead = Present.parse(moment) - Present.now();
  globalThis.Date = class extends Present {
    constructor(...given) { if (given.length) super(...given); else super(Present.now() + ahead); }
    static now() { return Present.now() + ahead; }
  };
})(%r);
"""


Act = Callable[[Page], object]


@dataclass(frozen=True)
class Picture:
    """One picture. `name`: of the file; `account`: who looks at `address`, "" for a visitor; `act`: what is done there;
    `density`: pixels of the picture for one of the page; `camera`: a code is held before it."""

    name: str
    account: str
    address: str
    size: tuple[int, int] = DESK
    language: str = "vi"
    dark: bool = False
    density: int = 1
    act: Act | None = None
    camera: bool = False


def fold_districts(page: Page) -> None:
    """So that the chosen commune is in the picture, and a folded group."""
    page.locator("summary", has_text="Cấp huyện").click()
    page.mouse.move(0, 0)


def fill_booking(page: Page) -> None:
    """The booking that the whole province's next free week cannot take."""
    page.locator("[name=title]").fill("Sơ kết công tác xóa nhà tạm, nhà dột nát 5 tháng đầu năm")
    page.locator("[name=start]").fill("14:00")
    page.locator("[name=end]").fill("16:30")
    page.locator("[name=end]").blur()
    expect(page.locator(".choices li")).to_have_count(3)
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")


def scan(page: Page) -> None:
    """What the camera sees is taken in; the result stays."""
    expect(page.locator("[data-said] strong")).to_have_text("Hợp lệ")


def read(page: Page) -> None:
    """A page in the middle of the document, drawn, with its neighbours at left."""
    page.locator("[data-page]").fill("12")
    page.locator("[data-page]").press("Enter")
    page.wait_for_timeout(4000)
    page.evaluate("document.activeElement.blur()")


def close(page: Page) -> None:
    """Close the meeting, as the dialog asks, and go on to its report."""
    page.get_by_role("button", name="Bế mạc").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Bế mạc").click()
    page.wait_for_load_state("load")
    page.goto(page.url + "report/")


PICTURES = (
    Picture("15-login", "", "/accounts/login/"),
    Picture(
        "11-phone-scan", "thuky", "/meetings/{open}/scan/?endpoint={place}", PHONE, density=2, act=scan, camera=True
    ),
    Picture("01-today", "thuky", "/"),
    Picture("02-network-grid", "thuky", "/network/?day={day}&chosen=X00697", act=fold_districts),
    Picture("02b-network-grid-dark", "thuky", "/network/?day={day}&chosen=X00697", dark=True, act=fold_districts),
    Picture("03-booking-conflict", "thuky", "/meetings/new/?day={wish}", act=fill_booking),
    Picture("04-meeting", "thuky", "/meetings/{coming}/"),
    Picture("05-board-attendance", "thuky", "/meetings/{open}/board/", size=WALL),
    Picture("05b-board-attendance-dark", "thuky", "/meetings/{open}/board/", size=WALL, dark=True),
    Picture("07-tablet-home", "daibieu", "/tablet/", size=TABLET),
    Picture("08-tablet-reader", "daibieu", "/meetings/{open}/tablet/documents/{paper}/", size=TABLET, act=read),
    Picture(
        "08b-tablet-reader-dark",
        "daibieu",
        "/meetings/{open}/tablet/documents/{paper}/",
        size=TABLET,
        dark=True,
        act=read,
    ),
    Picture("13-wall-room-screen", "thuky", "/endpoints/{place}/screen/", size=WALL),
    Picture("16-empty", "moi", "/meetings/"),
    Picture("18-meeting-english", "thuky", "/meetings/{coming}/", language="en"),
    Picture("20-people", "thuky", "/meetings/{coming}/people/"),
    Picture("21-letters", "thuky", "/meetings/{coming}/letters/"),
    Picture("22-administration", "admin", "/administration/"),
    Picture("23-journal", "admin", "/administration/journal/"),
    Picture("06-attendance-report", "thuky", "/meetings/{open}/", act=close),
)


@contextmanager
def browsing(player: Playwright, picture: Picture, address: str, *flags: str) -> Iterator[BrowserContext]:
    """A window of the picture's size, whose own words (in fields for dates) are of the picture's language."""
    browser = player.chromium.launch(
        executable_path=os.environ["CHROMIUM"],
        args=[*FLAGS, f"--lang={picture.language}", *flags],
        env={**os.environ, "LANGUAGE": picture.language},
    )
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.size[0], "height": picture.size[1]},
        device_scale_factor=picture.density,
        color_scheme="dark" if picture.dark else "light",
        locale="en-GB" if picture.language == "en" else "vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(CLOCK % os.environ["MOMENT"])
    context.add_cookies([{"name": "django_language", "value": picture.language, "url": address}])
    yield context
    browser.close()


def log_in(page: Page, account: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", account)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def take(player: Playwright, picture: Picture, address: str, demo: ModuleType, known: "Facts", folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        film = f"--use-file-for-fake-video-capture={demo.film(known.code, Path(scratch))}"
        flags = [*CAMERA, film] if picture.camera else []
        with browsing(player, picture, address, *flags) as context:
            page = context.new_page()
            if picture.account:
                log_in(page, picture.account)
            path = picture.address.format(**vars(known))
            answer = page.goto(path)
            if answer is None or not answer.ok:
                raise SystemExit(f"{path} answered {answer and answer.status} to {picture.account}")
            if picture.act:
                picture.act(page)
            settle(page)
            save(page.screenshot(), folder / f"{picture.name}.webp")


def settle(page: Page) -> None:
    """Until the page says that it is live and shows what it fetches. A live page is never silent: wait a moment too."""
    dot = page.locator("[data-connection]:visible")
    if dot.count():
        expect(dot.first).to_have_text("Trực tiếp" if page.locator("html[lang=vi]").count() else "Live")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(700)


def save(png: bytes, path: Path) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((WIDEST, WIDEST * 2), Image.Resampling.LANCZOS)
    options: dict[str, Any] = {"quality": QUALITY, "method": 6}
    picture.save(path, "WEBP", **options)
    print(f"{path.name} {path.stat().st_size // 1000} kB")


def main(address: str, folder: Path, names: list[str]) -> None:
    django.setup()
    demo = import_module("scripts.demo_facts")
    known = demo.gather()
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        for picture in PICTURES:
            if not names or picture.name in names:
                take(player, picture, address, demo, known, folder)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
