"""Takes the pictures in ``docs/images`` from the running program: ``make screenshots``.

A demo world is served on a free port and kept nowhere; Chromium walks through every page twice, at
the width of a phone and of a laptop, and each telling state is photographed. Clocks and ids in the
pictures are those of the moment, everything else is the same each time.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import sync_playwright

from vendor_sim.kernel.clock import WallClock
from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FrameLocator, Page

    from vendor_sim.world.keys import Keys

IMAGES = Path(__file__).parent / "images"
SIZES = {"phone": (390, 844), "laptop": (1280, 800)}
STAGE_LAPTOP = {"width": 1280, "height": 950}
STAGE_TALL = {"width": 1280, "height": 1230}
"""So tall that every message of a purchase is in view."""
STAGE_TALLER = {"width": 1280, "height": 1400}
"""The same, where a fee and a refund are told too."""
TALLEST_PX = 1_700
"""Of a page that is longer than the window, this much is shown."""
_PIN = "123456"
_SHOP = "1900000001"
_COLOURS = 256
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_SETTLE_MS = 700
"""For what moves on a page to come to rest."""


@dataclass
class Tour:
    """One walk through the product at one width."""

    browser: Browser
    base: str
    keys: Keys
    size: str

    def __post_init__(self) -> None:
        """Open a fresh browser window on a fresh world."""
        width, height = SIZES[self.size]
        self.page = self.browser.new_context(viewport={"width": width, "height": height}).new_page()
        self.ask("/_world/reset", {})

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the control plane."""
        raw = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, raw, kind)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
            return json.loads(answer.read())

    def go(self, path: str) -> None:
        """Open a page and let it draw itself."""
        self.page.goto(self.base + path)
        self.page.wait_for_timeout(_SETTLE_MS)

    def shoot(self, name: str, *, full: bool = False) -> None:
        """Keep what the page looks like now."""
        self.page.wait_for_timeout(_SETTLE_MS)
        picture = Image.open(io.BytesIO(self.page.screenshot(full_page=full))).convert("RGB")
        if picture.height > TALLEST_PX:
            picture = picture.crop((0, 0, picture.width, TALLEST_PX))
        suffix = "" if self.size == "laptop" else "-phone"
        few = picture.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(IMAGES / f"{name}{suffix}.png", optimize=True)

    def order(self, machine: str, slot: str, drop: str = "dropped") -> str:
        """Press a slot; returns the order once its code is on the screen."""
        self.ask(f"/_world/machines/{machine}/dispenser", {"next": drop})
        order = str(self.ask(f"/_world/machines/{machine}/press", {"slot": slot})["order"])
        self.wait_for(order, "awaiting_payment")
        return order

    def code(self, order: str) -> str:
        """The text on the screen."""
        return str(self.ask(f"/_world/orders/{order}")["code"])

    def pay(self, order: str, who: str = "sandrine") -> None:
        """Scan, confirm, and see it through."""
        self.ask(f"/_world/wallets/{who}/pay", {"code": self.code(order)})

    def wait_for(self, order: str, state: str) -> None:
        """Until the order came there."""
        self.ask(f"/_world/orders/{order}?wait_for={state}&timeout_ms=20000")

    def sign_in(self, path: str, field: str, password: str) -> None:
        """Give a password to a page that wants one."""
        self.go(path)
        self.page.fill(field, password)
        self.page.locator(f"form:has({field}) button").last.click()
        self.page.wait_for_timeout(_SETTLE_MS)


# -- the walk ---------------------------------------------------------------------------------
def machine(tour: Tour) -> None:
    """The front of a machine, from ready to every ending."""
    tour.go("/machine/")
    tour.shoot("machines")
    tour.go("/machine/lobby")
    tour.shoot("machine-ready")
    order = tour.order("lobby", "B4")
    tour.page.locator("#qr").wait_for()
    tour.shoot("machine-qr")
    tour.pay(order)
    tour.page.locator('body[data-state="releasing"]').wait_for()
    tour.shoot("machine-releasing")
    tour.wait_for(order, "done")
    tour.page.locator("#take").wait_for()
    tour.shoot("machine-dropped")
    tour.go("/machine/platform-9")
    tour.order("platform-9", "A1")
    tour.page.locator("#qr").wait_for()
    tour.shoot("machine-scanner", full=tour.size == "phone")
    tour.ask("/_world/machines/platform-9/cancel", {})
    for name, machine_id, slot, drop in (
        ("machine-jammed", "platform-9", "A2", "jammed"),
        ("machine-unsure", "lobby", "A1", "unsure"),
    ):
        tour.go(f"/machine/{machine_id}")
        order = tour.order(machine_id, slot, drop)
        tour.pay(order)
        tour.wait_for(order, "unsure" if drop == "unsure" else "done")
        tour.shoot(name)


def wallet(tour: Tour) -> None:
    """The wallet, from sign-in to every ending."""
    page = tour.page
    tour.go("/wallet/")
    tour.shoot("wallet-sign-in")
    page.check('input[name="wallet"][value="pete"]', force=True)
    page.fill("#pin", _PIN)
    page.click("#sign-in")
    page.locator("#scan-button").click()
    page.locator('#finder[data-camera="on"]').wait_for()
    tour.shoot("wallet-scan")
    order = tour.order("lobby", "B4")
    _type_code(page, tour, tour.code(order))
    page.locator("#confirm:enabled").wait_for()
    page.keyboard.type(_PIN[:4])
    tour.shoot("wallet-confirm")
    page.keyboard.type(_PIN[4:])
    page.locator("#confirm").click()
    page.locator('#result[data-state="dropped"]').wait_for()
    tour.shoot("wallet-paid")
    _jammed(page, tour)
    tour.go("/wallet/scan")
    _type_code(page, tour, "https://qr.alipay.com/fkx12345")
    page.locator('#result[data-state="refused"]').wait_for()
    tour.shoot("wallet-foreign")
    tour.go("/wallet/code")
    page.locator('#payment-code[data-shown="ready"]').wait_for()
    tour.shoot("wallet-code")
    tour.go("/wallet/")
    tour.shoot("wallet-home")
    tour.go("/wallet/new")
    tour.shoot("wallet-new")


def _jammed(page: Page, tour: Tour) -> None:
    order = tour.order("platform-9", "A2", "jammed")
    tour.go("/wallet/scan")
    _type_code(page, tour, tour.code(order))
    _enter(page)
    page.locator('#result[data-state="returned"]').wait_for()
    tour.shoot("wallet-returned")


def _type_code(page: Page, tour: Tour, code: str) -> None:
    if not page.url.endswith("/scan"):
        tour.go("/wallet/scan")
    page.locator(".typed summary").click()
    page.fill("#code", code)
    page.click("#code-go")


def _enter(page: Page | FrameLocator) -> None:
    page.locator("#confirm:enabled").wait_for()
    for digit in _PIN:
        page.locator(f'#pin-pad button[data-digit="{digit}"]').click()
    page.locator("#confirm").click()


def stage(tour: Tour) -> None:
    """The stage before, during and after one purchase."""
    tour.ask("/_world/reset", {})
    page, laptop = tour.page, tour.size == "laptop"
    if laptop:
        page.set_viewport_size(STAGE_LAPTOP)
    tour.go("/?machine=lobby&wallet=pete")
    front, phone = page.frame_locator("#machine"), page.frame_locator("#wallet")
    phone.locator("#scan-button").wait_for()
    tour.shoot("stage-before", full=not laptop)
    front.locator('[data-slot="B4"]').first.click()
    front.locator("#qr").wait_for()
    phone.locator("#scan-button").click()
    phone.locator("#look").click()
    phone.locator("#confirm:enabled").wait_for()
    tour.shoot("stage-during", full=not laptop)
    _enter(phone)
    front.locator("#take").wait_for()
    phone.locator('#result[data-state="dropped"]').wait_for()
    if laptop:
        page.set_viewport_size(STAGE_TALL)
    tour.shoot("stage", full=not laptop)
    page.locator(".arrow").nth(3).click()
    tour.shoot("stage-message")
    _by_wechat_pay(tour, laptop=laptop)
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[tour.size], strict=True)))


def _by_wechat_pay(tour: Tour, *, laptop: bool) -> None:
    """A purchase at the machine that is a merchant of that API; it jams, the money comes back."""
    page = tour.page
    if laptop:
        page.set_viewport_size(STAGE_TALLER)
    tour.ask("/_world/machines/platform-9/dispenser", {"next": "jammed"})
    tour.go("/?machine=platform-9&wallet=pete")
    front, phone = page.frame_locator("#machine"), page.frame_locator("#wallet")
    phone.locator("#scan-button").wait_for()
    front.locator('[data-slot="A2"]').first.click()
    front.locator("#qr").wait_for()
    phone.locator("#scan-button").click()
    phone.locator("#look").click()
    _enter(phone)
    phone.locator('#result[data-state="returned"]').wait_for()
    tour.shoot("stage-wechat-pay", full=not laptop)


def operator(tour: Tour) -> None:
    """The operator's page with something to decide."""
    tour.go("/machine/operator")
    tour.shoot("operator-sign-in")
    tour.pay(tour.order("platform-9", "B1"))
    order = tour.order("lobby", "A2", "unsure")
    tour.pay(order)
    tour.wait_for(order, "unsure")
    tour.sign_in("/machine/operator", "#password", tour.keys.operator_password)
    tour.shoot("operator", full=True)


def console(tour: Tour) -> None:
    """The ledger service's console, with a refund and everything before it to show."""
    done = tour.order("platform-9", "B3", "jammed")
    tour.pay(done)
    tour.wait_for(done, "done")
    tour.go("/ledger/")
    tour.shoot("console-sign-in")
    tour.sign_in("/ledger/", "#password", tour.keys.console_password)
    tour.shoot("console-intents")
    tour.page.locator("tbody a").first.click()
    tour.shoot("console-intent", full=True)
    for part in ("refunds", "notices", "accounts", "transfers", "merchants", "audit"):
        tour.go(f"/ledger/{part}")
        tour.shoot(f"console-{part}")
    for part in ("notices", "transfers", "accounts"):
        tour.go(f"/ledger/{part}")
        tour.page.locator("tbody a").first.click()
        tour.shoot(f"console-{part.removesuffix('s')}", full=True)


def shop(tour: Tour) -> None:
    """The console's pages of WeChat Pay: a shop, its requests, and why a signature failed."""
    tour.sign_in("/ledger/", "#password", tour.keys.console_password)
    paid = _ask_as_shop(tour, "shop-0001")
    tour.ask("/_world/wallets/sandrine/pay", {"code": paid["code_url"]})
    failed = _ask_as_shop(tour, "shop-0002", careless=True)
    tour.go(f"/ledger/merchants/{_SHOP}")
    tour.shoot("console-merchant", full=True)
    tour.go("/ledger/wechat/requests")
    tour.shoot("console-requests")
    tour.go(failed["inspect"])
    tour.shoot("console-request", full=True)


def _ask_as_shop(tour: Tour, number: str, *, careless: bool = False) -> dict[str, str]:
    """Create a Native order as a shop does; a careless one signs another string than it sends."""
    held = tour.ask(f"/_world/merchants/{_SHOP}/credentials")
    about, target = held["merchant"], "/v3/pay/transactions/native"
    asked = {
        "appid": about["appid"],
        "mchid": _SHOP,
        "description": "Thé oolong",
        "out_trade_no": number,
        "notify_url": "https://shop.example/notify",
        "amount": {"total": 450},
    }
    signed = json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()
    key = wechatpay.load_private_key(held["files"]["apiclient_key.pem"])
    header = wechatpay.authorization(
        *(key, _SHOP, about["merchant_serial"], "POST", target, signed),
        WallClock().now_ms(),
        f"NONCE{number}",
    )
    headers = {"Authorization": header, "Content-Type": "application/json"}
    sent = json.dumps(asked).encode() if careless else signed
    request = urllib.request.Request(tour.base + target, sent, headers)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
            made: dict[str, str] = json.loads(answer.read())
            return made
    except urllib.error.HTTPError as error:
        return {"inspect": error.headers["Vendor-Sim-Inspect"]}


# -- a browser and a world --------------------------------------------------------------------
@contextlib.contextmanager
def studio() -> Iterator[tuple[Browser, str, Keys]]:
    """A browser whose camera films a code, and a served world."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        sys.exit("no Chromium or Chrome is installed; name one with CHROMIUM=/path/to/it")
    with contextlib.ExitStack() as held:
        film = Path(held.enter_context(tempfile.TemporaryDirectory())) / "film.mjpeg"
        made = held.enter_context(demo(DemoOptions(port=0)))
        base = held.enter_context(in_background(made.server, made.listener))
        made.world.ready()
        _film(film)
        playwright = held.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )
        held.callback(browser.close)
        yield browser, base, made.keys


def _film(path: Path) -> None:
    """A camera that looks at a dim wall: what it films is not the point of any picture."""
    wall, raw = Image.linear_gradient("L").resize((640, 480)), io.BytesIO()
    wall.point(lambda grey: 40 + grey // 4).convert("RGB").save(raw, "JPEG", quality=80)
    path.write_bytes(raw.getvalue() * 8)


def main() -> None:
    """Take every picture, or those of the rooms named on the command line."""
    walks = {walk.__name__: walk for walk in (machine, wallet, operator, console, shop, stage)}
    wanted = sys.argv[1:] or list(walks)
    IMAGES.mkdir(exist_ok=True)
    with studio() as (browser, base, keys):
        for size in SIZES:
            for name in wanted:
                walks[name](Tour(browser, base, keys, size))
    total = sum(path.stat().st_size for path in IMAGES.glob("*.png"))
    sys.stdout.write(f"{len(list(IMAGES.glob('*.png')))} pictures, {total / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
