"""What can be typed. Each command imports what it needs, so that help comes at once."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from vendor_sim.cli import say, simulation
from vendor_sim.serving.errors import CannotStartError

_WRONG = 2
"""The exit code of everything that the user can put right."""

app = typer.Typer(
    name="vendor-sim",
    help="A vending-machine QR payment simulator: demo, test and teach scan-to-pay.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
serve = typer.Typer(
    help="Run one service alone, speaking HTTP to the others.", no_args_is_help=True
)
wallet = typer.Typer(help="Use a wallet of a running world.", no_args_is_help=True)
merchant = typer.Typer(
    help="Become a WeChat Pay API v3 merchant of a running world.", no_args_is_help=True
)
app.command()(simulation.simulate)
app.command()(simulation.replay)
app.command()(simulation.sweep)
app.add_typer(serve, name="serve")
app.add_typer(wallet, name="wallet")
app.add_typer(merchant, name="merchant")

Host = Annotated[str, typer.Option(help="Listen here; 0.0.0.0 lets phones in this network in.")]
Port = Annotated[int, typer.Option(help="Listen on this port; 0 takes a free one.")]
Keys = Annotated[Path, typer.Option(help="The secrets that all services of a world share.")]
Database = Annotated[
    str | None, typer.Option(help="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.")
]
Ledger = Annotated[str, typer.Option("--ledger", help="Address of the ledger service.")]
Machine = Annotated[str, typer.Option("--machine", help="Address of the machine service.")]
Wallet = Annotated[str, typer.Option("--wallet", help="Address of the wallet.")]
Control = Annotated[
    bool, typer.Option("--control", help="Serve what this service can answer of /_world too.")
]

Url = Annotated[str, typer.Option("--url", help="Address of the running world.")]
Out = Annotated[Path, typer.Option("--out", help="A new folder for the merchant's files.")]
Token = Annotated[str | None, typer.Option(help="The control token, for a world on another host.")]
Certificate = Annotated[
    Path | None, typer.Option(help="Trust this certificate (certificate.pem of --https).")
]
DEMO_URL = "http://127.0.0.1:8000"

LEDGER_URL, MACHINE_URL, WALLET_URL = (
    "http://127.0.0.1:8001",
    "http://127.0.0.1:8002",
    "http://127.0.0.1:8003",
)


@app.command()
def demo(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Annotated[
        Path | None, typer.Option(help="Keep the world here. [default: a folder of your own]")
    ] = None,
    memory: Annotated[bool, typer.Option("--memory", help="Forget everything at the end.")] = False,
    https: Annotated[
        bool, typer.Option("--https", help="Serve with a certificate made here: phones need it.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")] = True,
) -> None:
    """The whole world in one process: machine, ledger service, wallet, and the stage."""
    from vendor_sim.cli.commands import run_demo  # noqa: PLC0415 - help must not load the world

    if memory and data is not None:
        raise CannotStartError("--memory keeps nothing, --data keeps all: choose one")
    run_demo(host, port, data, memory=memory, https=https, browse=open_)


@app.command()
def keys(file: Annotated[Path, typer.Argument(help="Where to write them.")]) -> None:
    """Make the secrets that the services of one world share."""
    from vendor_sim.cli.commands import make_keys_file  # noqa: PLC0415 - as above

    make_keys_file(file)


@serve.command("ledger")
def serve_ledger(
    keys: Keys,
    host: Host = "127.0.0.1",
    port: Port = 8001,
    database: Database = None,
    machine: Machine = MACHINE_URL,
    wallet: Wallet = WALLET_URL,
    link_base: Annotated[
        str | None, typer.Option(help="Where phones reach the wallet. [default: as --wallet]")
    ] = None,
    control: Control = False,
) -> None:
    """The ledger service: its APIs, its console, its notifications."""
    urls = (f"http://{host}:{port}", machine, wallet)
    _serve("ledger", keys, host, port, database, urls, link_base, control=control)


@serve.command("machine")
def serve_machine(
    keys: Keys,
    host: Host = "127.0.0.1",
    port: Port = 8002,
    database: Database = None,
    ledger: Ledger = LEDGER_URL,
    own_url: Annotated[
        str | None, typer.Option(help="Where notifications reach it. [default: its address]")
    ] = None,
    control: Control = False,
) -> None:
    """The vending machines."""
    urls = (ledger, own_url or f"http://{host}:{port}", WALLET_URL)
    _serve("machine", keys, host, port, database, urls, None, control=control)


@serve.command("wallet")
def serve_wallet(
    keys: Keys,
    host: Host = "127.0.0.1",
    port: Port = 8003,
    database: Database = None,
    ledger: Ledger = LEDGER_URL,
    link_base: Annotated[
        str | None, typer.Option(help="Where phones reach this wallet. [default: its address]")
    ] = None,
    control: Control = False,
) -> None:
    """The mock wallet."""
    own = link_base or f"http://{host}:{port}"
    urls = (ledger, MACHINE_URL, own)
    _serve("wallet", keys, host, port, database, urls, link_base, control=control)


@wallet.command("scan")
def wallet_scan(
    code: Annotated[str, typer.Argument(metavar="PICTURE|TEXT", help="A picture, or a code.")],
    who: Annotated[str, typer.Option("--as", help="The wallet that pays.")],
    pin: Annotated[
        str | None, typer.Option(help="Its PIN; asked for where it is not given.")
    ] = None,
    world: Annotated[str, typer.Option(help="Where the wallet is served.")] = DEMO_URL,
    yes: Annotated[bool, typer.Option("--yes", help="Pay without asking.")] = False,
    certificate: Certificate = None,
) -> None:
    """Scan a code, see what it asks for, and pay it."""
    from vendor_sim.cli.scan import scan  # noqa: PLC0415 - as above

    raise typer.Exit(scan(code, who, pin, world, yes=yes, certificate=certificate))


@merchant.command("create")
def merchant_create(
    out: Out,
    mchid: Annotated[
        str | None, typer.Option(help="Its number, 10 digits. [default: the next free one]")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What payers read.")] = None,
    key_mode: Annotated[
        str | None, typer.Option(help="pubkey, cert or switching. [default: pubkey]")
    ] = None,
    url: Url = DEMO_URL,
    token: Token = None,
    certificate: Certificate = None,
) -> None:
    """Open a merchant and write its keys, certificates and merchant.json."""
    from vendor_sim.cli import merchants  # noqa: PLC0415 - as above

    asked = {"mchid": mchid, "name": name, "key_mode": key_mode}
    wish = {field: text for field, text in asked.items() if text is not None}
    plane = merchants.ControlPlane(url, token, certificate)
    say.merchant_written(merchants.create(plane, wish, out), str(out))


@merchant.command("export")
def merchant_export(
    mchid: Annotated[str, typer.Argument(metavar="MCHID", help="The merchant's number.")],
    out: Out,
    url: Url = DEMO_URL,
    token: Token = None,
    certificate: Certificate = None,
) -> None:
    """Write the files of a merchant that is there; the demo has 1900000001 and 1900000002."""
    from vendor_sim.cli import merchants  # noqa: PLC0415 - as above

    plane = merchants.ControlPlane(url, token, certificate)
    say.merchant_written(merchants.export(plane, mchid, out), str(out))


@app.command()
def proxy(
    url: Url = DEMO_URL,
    port: Annotated[int, typer.Option(help="Of the proxy; 0 takes a free one.")] = 8010,
    tls_port: Annotated[int, typer.Option(help="Of the TLS listener; 0 takes a free one.")] = 8443,
    certificate: Certificate = None,
) -> None:
    """Answer under the platform's host names, for programs left unchanged; says what to set."""
    from vendor_sim.cli.unchanged import run_proxy  # noqa: PLC0415 - as above

    run_proxy(url, port, tls_port, certificate)


@app.command(context_settings={"allow_interspersed_args": False})
def run(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND", help="What to run.")],
    url: Url = DEMO_URL,
    certificate: Certificate = None,
) -> None:
    """Run a program whose WeChat Pay SDK comes to this world, with no line of it changed."""
    from vendor_sim.cli.unchanged import run_unchanged  # noqa: PLC0415 - as above

    raise typer.Exit(run_unchanged(url, command, certificate))


@app.command()
def steps(
    language: Annotated[str, typer.Option(help="en, zh-CN or fr.")] = "en",
    find: Annotated[str | None, typer.Option(help="Only phrases that have this word.")] = None,
) -> None:
    """Print the phrase book: every sentence that a feature may say, with an example."""
    from vendor_sim.cli.phrases import print_steps  # noqa: PLC0415 - as above

    raise typer.Exit(print_steps(language, find))


def main() -> None:
    """Run a command; whatever the user can put right is one line on stderr and exit code 2."""
    gc.disable()  # what start-up makes is no garbage: a served world turns it on again
    try:
        code = app(standalone_mode=False)
    except CannotStartError as error:
        code = say.problem(str(error), _WRONG)
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except _Usage as error:
        code = say.problem(error.format_message(), _WRONG)
    sys.exit(code)


def _serve(
    service: str,
    keys: Path,
    host: str,
    port: int,
    database: str | None,
    urls: tuple[str, str, str],
    link_base: str | None,
    *,
    control: bool = False,
) -> None:
    from vendor_sim.cli.commands import run_alone  # noqa: PLC0415 - as above

    kept = database or f"sqlite:///{service}.sqlite3"
    run_alone(service, keys, host, port, kept, urls, link_base, control=control)


def _usage_error() -> Any:
    """Typer carries click inside or beside it, by version; this is click's in either case."""
    return next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


_Usage = _usage_error()
