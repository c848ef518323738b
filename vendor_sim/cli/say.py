"""What the command line says: where to look, and what is wrong in one line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from vendor_sim.serving.demo import Demo


def problem(message: str, code: int) -> int:
    """Say what is wrong and give back the exit code."""
    line = " ".join(message.split())
    if line:  # nothing more to say after a help page
        sys.stderr.write(f"vendor-sim: {line}\n")
    return code


def where_to_look(demo: Demo, *, kept_in: str | None, qr: str | None) -> None:
    """Addresses, passwords, and a code for phones."""
    console = _console()
    keys, here = demo.keys, demo.here
    console.print()
    for name, path, note in (
        ("Stage", "/", "machine and phone side by side: start here"),
        ("Machines", "/machine/", ""),
        ("Wallet", "/wallet/", "pete, sandrine, broke; PIN 123456"),
        ("Ledger", "/ledger/", f"password {keys.console_password}"),
        ("Operator", "/machine/operator", f"password {keys.operator_password}"),
        ("Control", "/_world/", f"token {keys.control_token}"),
    ):
        console.print(
            f"  [bold]{name:<9}[/bold] {here + path:<40} [dim]{note}[/dim]", soft_wrap=True
        )
    if demo.phone != here:
        _for_phones(console, demo, qr)
    kept = f"Kept in {kept_in}" if kept_in else "Nothing is kept"
    console.print(f"\n  [dim]{kept}. Ctrl-C stops.[/dim]", soft_wrap=True)


def service_is_up(service: str, here: str) -> None:
    """One service answers."""
    _console().print(f"  [bold]{service}[/bold] {here}  [dim]Ctrl-C stops.[/dim]", soft_wrap=True)


def stands_in(names: Sequence[str], tls: str, world: str, exports: Sequence[str]) -> None:
    """What to set, on standard output for ``eval``; all else on standard error."""
    lines = (
        f"  {', '.join(names)} lead to {world}: nothing leaves this machine.",
        f"  TLS under these names: {tls}. Set this where your program starts; Ctrl-C stops.",
    )
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stdout.write("\n".join(exports) + "\n")
    sys.stdout.flush()


def merchant_written(mchid: str, folder: str) -> None:
    """A merchant's files are there."""
    _console().print(f"Merchant [bold]{mchid}[/bold]: its files are in {folder}.", soft_wrap=True)


def keys_made(path: str) -> None:
    """The secrets are there."""
    _console().print(f"The keys of a new world are in {path}; only you can read them.")


def _for_phones(console: Console, demo: Demo, qr: str | None) -> None:
    console.print(f"\n  On a phone in this network: [bold]{demo.phone}/wallet/[/bold]")
    if not demo.phone.startswith("https:"):
        console.print("  [dim]Phones open their camera on a secure page only: add --https.[/dim]")
    console.print(
        f"  [dim]The stage from there: {demo.phone}/?token={demo.keys.control_token}[/dim]"
    )
    if qr:
        console.print(qr, highlight=False, soft_wrap=True)


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415 - 50 ms, after the server is up

    return Console(highlight=False)
