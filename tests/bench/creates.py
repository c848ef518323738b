"""(e) What creating a v3 order costs beside the RSA work in it: CPU time, not the clock's.

A create is measured as it is served: a signed request in its WSGI environment goes through the
writer's batch of the demo's own shared door, on a SQLite file, up to the answer that the commit
lets go. Everything the writer's thread does from one batch to the next is counted: BEGIN, the
checks, the books, both RSA operations, COMMIT with its sync.
"""

from __future__ import annotations

import contextlib
import gc
import json
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.door import Job, SharedDoor
from vendor_sim.serving.wsgi import call, environ_of
from vendor_sim.wire import wechatpay
from vendor_sim.world.build import simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_sim.serving.wsgi import Reply
    from vendor_sim.world.build import World

TOGETHER = (1, 8, 32)
"""How many creates share a commit: one client alone, and the connections of figure (a)."""
_MERCHANT = "1900000001"
_TARGET = "/v3/pay/transactions/native"
_ROUND = 64
"""Creates of each kind in one round."""
_WARM = 3
_OK = 200


@dataclass
class Costs:
    """CPU microseconds of one create, and of bare RSA calls right after it; a list of rounds."""

    create_us: list[float] = field(default_factory=list)
    rsa_us: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Create over bare RSA, the median of the rounds."""
        return statistics.median(
            create / rsa for create, rsa in zip(self.create_us, self.rsa_us, strict=True)
        )


class Shop:
    """Signs requests as an SDK does, each with an order number of its own."""

    def __init__(self, world: World) -> None:
        wechat = world.keys.wechat
        self._clock = world.clock
        self._app = world.payments.app.wsgi_app
        self._secrets = wechat.merchants[_MERCHANT]
        self._key = wechatpay.load_private_key(self._secrets.private_key)
        self._known_by = wechatpay.public_key_of_certificate(self._secrets.certificate)
        self._platform_key = wechatpay.load_private_key(wechat.platform.public_key_private)
        self._made = 0

    def creates(self, count: int) -> list[Callable[[], Reply]]:
        """So many calls, signed and ready to be made, each once."""
        return [self._create() for _ in range(count)]

    def _create(self) -> Callable[[], Reply]:
        environ = self._environ()
        return lambda: call(self._app, environ)

    def _environ(self) -> dict[str, Any]:
        self._made += 1
        body = self._body()
        signed = (self._key, self._secrets.mchid, self._secrets.serial_no, "POST", _TARGET, body)
        stamp = wechatpay.authorization(*signed, self._clock.now_ms(), f"{self._made:032d}")
        headers = {
            "host": "127.0.0.1:8000",
            "accept": "application/json",
            "user-agent": "bench",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "authorization": stamp,
            "wechatpay-serial": self._secrets.public_key_id,
        }
        scope = {
            "method": "POST",
            "scheme": "http",
            "http_version": "1.1",
            "raw_path": _TARGET.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        return environ_of(scope, body)

    def _body(self) -> bytes:
        document = {
            "mchid": self._secrets.mchid,
            "appid": self._secrets.appid,
            "description": "Jasmine tea",
            "out_trade_no": f"bench-{self._made:08d}",
            "notify_url": "http://127.0.0.1:9/hook",
            "amount": {"total": 300, "currency": "CNY"},
        }
        return json.dumps(document).encode()

    def rsa_us(self, times: int) -> float:
        """CPU microseconds of what no create can do without: one verification, one signature."""
        message, how, digest = self._body(), padding.PKCS1v15(), SHA256()
        signature = self._key.sign(message, how, digest)
        began_s = time.thread_time()
        for _ in range(times):
            self._known_by.verify(signature, message, how, digest)
            self._platform_key.sign(message, how, digest)
        return (time.thread_time() - began_s) / times * 1e6


def measure(rounds: int) -> tuple[dict[int, Costs], Costs]:
    """Creates as served, by how many share a commit; and through the plain door, in memory."""
    served = {together: Costs() for together in TOGETHER}
    plain = Costs()
    with _served() as (door, shop), contextlib.closing(simulate()) as world:
        in_memory = Shop(world)
        for number in range(_WARM + rounds):
            for together, costs in served.items():
                _add(costs, shop, _batches_us(door, shop.creates(_ROUND), together))
            _add(plain, shop, _here_us(in_memory.creates(_ROUND)))
            if number < _WARM:
                served, plain = {together: Costs() for together in TOGETHER}, Costs()
    return served, plain


def _add(costs: Costs, shop: Shop, create_us: float) -> None:
    costs.create_us.append(create_us)
    costs.rsa_us.append(shop.rsa_us(_ROUND))


@contextlib.contextmanager
def _served() -> Iterator[tuple[SharedDoor, Shop]]:
    """The demo's own world on files, and a merchant of it; no client is connected."""
    with (
        tempfile.TemporaryDirectory(prefix="vendor-sim-bench-") as folder,
        demo(DemoOptions(port=0, data=Path(folder) / "w")) as made,
    ):
        made.world.ready()
        door = made.world.doors.ledger
        if not isinstance(door, SharedDoor):
            raise TypeError(door)
        gc.freeze()  # as the server does once it is up
        try:
            yield door, Shop(made.world)
        finally:
            gc.unfreeze()


def _batches_us(door: SharedDoor, creates: list[Callable[[], Reply]], together: int) -> float:
    """CPU microseconds of the writer's thread for each create, so many in a batch."""
    batches = [creates[first : first + together] for first in range(0, len(creates), together)]
    return sum(_batch_us(door, batch) for batch in batches) / len(creates)


def _batch_us(door: SharedDoor, creates: list[Callable[[], Reply]]) -> float:
    """CPU microseconds of the writer's thread for one batch."""
    taken, waiting, done = threading.Event(), threading.Event(), threading.Event()
    at_s: list[float] = []
    outcomes: list[tuple[Any, Exception | None]] = []

    def hold() -> None:
        taken.set()
        waiting.wait()

    def settle(reply: Any, error: Exception | None) -> None:
        outcomes.append((reply, error))
        if len(outcomes) == len(creates):
            at_s.append(time.thread_time())
            done.set()

    # A batch of its own first, which ends when all of the others are waiting for the next.
    door.submit(Job(hold, lambda *_: at_s.append(time.thread_time())))
    taken.wait()
    for create in creates:
        door.submit(Job(create, settle))
    waiting.set()
    done.wait()
    for reply, error in outcomes:
        _must_be_made(reply, error)
    return (at_s[1] - at_s[0]) * 1e6


def _here_us(creates: list[Callable[[], Reply]]) -> float:
    """The same in this thread, one transaction each."""
    began_s = time.thread_time()
    replies = [create() for create in creates]
    taken_s = time.thread_time() - began_s
    for reply in replies:
        _must_be_made(reply, None)
    return taken_s / len(creates) * 1e6


def _must_be_made(reply: Reply, error: Exception | None) -> None:
    if error is not None or reply.status != _OK or b"weixin://" not in reply.body:
        raise RuntimeError(f"that is no order: {reply}") from error
