"""What the commands do. Loading this module loads the world."""

from __future__ import annotations

import threading
import webbrowser
from typing import TYPE_CHECKING

from vendor_sim.cli import say
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.payments.wechat.minting import FreshRsa
from vendor_sim.serving import folders
from vendor_sim.serving.addresses import terminal_qr
from vendor_sim.serving.demo import Demo, DemoOptions, demo
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.world.keys import complete, make_keys, save_keys
from vendor_sim.world.plan import DEMO

if TYPE_CHECKING:
    from pathlib import Path


def run_demo(
    host: str, port: int, data: Path | None, *, memory: bool, https: bool, browse: bool
) -> None:
    """Serve the world until told to stop.

    Raises:
        CannotStartError: As it says.
    """
    folder = None if memory else (data or folders.default_folder())
    made: list[Demo] = []
    options = DemoOptions(host, port, folder, https)
    with demo(options, up=lambda: _tell(made[0], folder, browse=browse)) as world:
        made.append(world)
        world.run()


def make_keys_file(path: Path) -> None:
    """Write fresh secrets to a file that was not there.

    Raises:
        CannotStartError: It is there already, or cannot be written.
    """
    if path.exists():
        raise CannotStartError(f"{path} is there already; a world's keys are made once")
    ids = RandomIds()
    keys = complete(make_keys(ids, DEMO), DEMO, ids, FreshRsa(), WallClock().now_ms())
    try:
        save_keys(keys, path)
    except OSError as error:
        raise CannotStartError(f"cannot write {path}: {error.strerror}") from error
    say.keys_made(str(path))


def run_alone(
    service: str,
    keys: Path,
    host: str,
    port: int,
    database: str,
    urls: tuple[str, str, str],
    link_base: str | None,
    *,
    control: bool,
) -> None:
    """Serve one service until told to stop.

    Raises:
        CannotStartError: As it says.
    """
    from vendor_sim.serving.alone import Alone, AloneOptions, alone  # noqa: PLC0415 - not the demo's

    made: list[Alone] = []
    ledger_url, machine_url, wallet_url = (url.rstrip("/") for url in urls)
    options = AloneOptions(
        *(service, host, port, database, keys, ledger_url, machine_url, wallet_url),
        link_base=(link_base or wallet_url).rstrip("/"),
        control=control,
    )
    with alone(options, up=lambda: say.service_is_up(service, made[0].here)) as ready:
        made.append(ready)
        ready.run()


def _tell(world: Demo, folder: Path | None, *, browse: bool) -> None:
    """Say where to look, in a thread: the server answers meanwhile."""

    def tell() -> None:
        world.world.ready()
        qr = terminal_qr(f"{world.phone}/wallet/") if world.phone != world.here else None
        say.where_to_look(world, kept_in=str(folder) if folder else None, qr=qr)
        if browse:
            webbrowser.open(f"{world.here}/")

    threading.Thread(target=tell, name="where to look", daemon=True).start()
