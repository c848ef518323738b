"""Both servers in processes of their own, each on a fresh store."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.load import Job, Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parents[2]
LOCALSTRIPE_STORE = Path("/tmp/localstripe.pickle")  # noqa: S108 - localstripe's own, not ours
BALANCE_MINOR = 10**9


@dataclass(frozen=True)
class Target:
    """A server that takes payments."""

    flavour: str
    port: int
    given: Mapping[str, str]

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def load(self, connections: int, payments: int, name: str) -> Measured:
        """Make payments from a process of its own; a name may be used once."""
        job = Job(
            *("127.0.0.1", self.port, self.flavour, connections, payments, name), dict(self.given)
        )
        command = [sys.executable, "-m", "tests.bench.load"]
        done = subprocess.run(
            command,
            input=json.dumps(asdict(job)),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return Measured(**json.loads(done.stdout))


@contextlib.contextmanager
def ours(motor_ms: int = 0) -> Iterator[Target]:
    """The demo's own server, on SQLite in a folder that is new."""
    with tempfile.TemporaryDirectory(prefix="vendor-sim-bench-") as folder:
        command = [sys.executable, "-m", "tests.bench.our_server", f"{folder}/w", str(motor_ms)]
        with _running(command, subprocess.PIPE) as process:
            told = json.loads(process.stdout.readline())
            base = f"http://127.0.0.1:{told['port']}"
            wait_for(f"{base}/healthz")
            yield Target("ours", told.pop("port"), {**told, "account": _account(base, told)})


@contextlib.contextmanager
def localstripe() -> Iterator[Target]:
    """The other mock as shipped, from scratch."""
    LOCALSTRIPE_STORE.unlink(missing_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "localstripe", "--from-scratch", "--port", str(port)]
    with _running(command, subprocess.DEVNULL):
        base = f"http://127.0.0.1:{port}"
        wait_for(f"{base}/js.stripe.com/v3/")
        key = "sk_test_bench"
        card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        form = {"type": "card", **{f"card[{name}]": value for name, value in card.items()}}
        made = post(f"{base}/v1/payment_methods", urllib.parse.urlencode(form).encode(), key)
        yield Target("localstripe", port, {"merchant_key": key, "account": made["id"]})
    LOCALSTRIPE_STORE.unlink(missing_ok=True)


@contextlib.contextmanager
def _running(command: list[str], out: int) -> Iterator[subprocess.Popen[Any]]:
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


def _account(base: str, told: Mapping[str, str]) -> str:
    key = told["provider_key"]
    account = post(f"{base}/v1/accounts", b'{"name":"Bench","currency":"CNY"}', key, "open")["id"]
    body = json.dumps({"amount_minor": BALANCE_MINOR}).encode()
    post(f"{base}/v1/accounts/{account}/top-ups", body, key, "top up")
    return str(account)


def post(url: str, body: bytes, key: str = "", name: str = "") -> dict[str, Any]:
    """One request; its JSON answer."""
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": name.replace(" ", "-") or "x"}
    if body.startswith(b"{"):
        headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(url, body, headers)  # noqa: S310 - our own address
    with urllib.request.urlopen(asked, timeout=70) as answer:  # noqa: S310
        document: dict[str, Any] = json.load(answer)
        return document


def get(url: str) -> Any:
    """One look; the JSON answer."""
    with urllib.request.urlopen(url, timeout=70) as answer:  # noqa: S310
        return json.load(answer)


def wait_for(url: str, every_s: float = 0.01, failed: Callable[[], bool] = lambda: False) -> None:
    """Ask until there is an answer."""
    for _ in range(int(30 / every_s)):
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310
                answer.read()
                return
        except OSError as error:
            if failed():
                raise RuntimeError(f"{url}: the server is gone") from error
            threading.Event().wait(every_s)
    raise RuntimeError(f"{url} never answered")


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
