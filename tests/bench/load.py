"""The client: a process of its own that speaks HTTP by hand, so that it is not the bottleneck.

``python -m tests.bench.load`` reads a job on stdin and writes what it measured to stdout.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

AMOUNT_MINOR = 350


@dataclass
class Job:
    """What to do.

    Attributes:
        flavour: ``ours`` or ``localstripe``: which three requests are a payment.
        payments: How many altogether, shared by the connections.
        name: Makes idempotency keys and references unique.
        given: Keys and accounts the requests need.
    """

    host: str
    port: int
    flavour: str
    connections: int
    payments: int
    name: str
    given: dict[str, str] = field(default_factory=dict)


@dataclass
class Measured:
    """What came of it: seconds for all, milliseconds of each request, CPU seconds of the client."""

    seconds: float
    request_ms: list[float]
    client_cpu_s: float


def request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Answer = dict[str, Any]


def ours(job: Job, number: int) -> Iterator[bytes]:
    """Create, authorise, capture: each yields a request and gets its answer."""
    reference = f"{job.name}-{number}"
    merchant = {"Authorization": f"Bearer {job.given['merchant_key']}"}
    provider = {"Authorization": f"Bearer {job.given['provider_key']}"}
    intent = yield _json(
        "/v1/intents",
        {**merchant, "Idempotency-Key": f"o{reference}"},
        {
            "order_ref": reference,
            "description": "Cola",
            "amount_minor": AMOUNT_MINOR,
            "currency": "CNY",
            "takes": "hold",
        },
    )
    yield _json(
        "/v1/authorisations",
        {**provider, "Idempotency-Key": f"au_{reference}"},
        {
            "code": intent["code"],
            "account": job.given["account"],
            "amount_minor": AMOUNT_MINOR,
            "currency": "CNY",
        },
    )
    path = f"/v1/intents/{intent['id']}/capture"
    captured = yield _json(path, {**merchant, "Idempotency-Key": f"c{reference}"}, {})
    _must(captured["state"] == "captured", captured)


def localstripe(job: Job, _number: int) -> Iterator[bytes]:
    """Create, confirm, capture."""
    headers = {
        "Authorization": f"Bearer {job.given['merchant_key']}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = (
        f"amount={AMOUNT_MINOR}&currency=cny&capture_method=manual"
        f"&payment_method={job.given['account']}"
    )
    intent = yield request("POST", "/v1/payment_intents", headers, form.encode())
    yield request("POST", f"/v1/payment_intents/{intent['id']}/confirm", headers, b"")
    captured = yield request("POST", f"/v1/payment_intents/{intent['id']}/capture", headers, b"")
    _must(captured["status"] == "succeeded", captured)


FLAVOURS: dict[str, Any] = {"ours": ours, "localstripe": localstripe}


def _json(path: str, headers: dict[str, str], body: Answer) -> bytes:
    given = {**headers, "Content-Type": "application/json"}
    return request("POST", path, given, json.dumps(body).encode())


def _must(held: bool, answer: Answer) -> None:
    if not held:
        raise RuntimeError(f"that is no payment: {answer}")


class Connection(asyncio.Protocol):
    """One connection that makes payments one after another until none is left."""

    def __init__(self, job: Job, numbers: Iterator[int], done: asyncio.Future[None]) -> None:
        self.request_ms: list[float] = []
        self._job = job
        self._numbers = numbers
        self._done = done
        self._payment: Any = None
        self._buffer = b""
        self._sent_s = 0.0

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport = transport
        self._next_payment()

    def data_received(self, data: bytes) -> None:
        """An answer, or a part of one."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        self._buffer = b""
        self.request_ms.append((time.perf_counter() - self._sent_s) * 1000)
        try:
            _must(head[9:10] == b"2", {"head": head.decode(), "body": rest.decode()})
            self._send(self._payment.send(json.loads(rest)))
        except StopIteration:
            self._next_payment()
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            self._finish(error)

    def connection_lost(self, _error: Exception | None) -> None:
        """The server hung up: that is a failure before the end."""
        self._finish(ConnectionError("the server hung up"))

    def _next_payment(self) -> None:
        number = next(self._numbers, None)
        if number is None:
            self._finish(None)
            return
        self._payment = FLAVOURS[self._job.flavour](self._job, number)
        self._send(next(self._payment))

    def _send(self, message: bytes) -> None:
        self._sent_s = time.perf_counter()
        self._transport.write(message)

    def _finish(self, error: Exception | None) -> None:
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(b"content-length:") + len(b"content-length:")
    return int(lower[start:].split(b"\r\n", 1)[0])


async def run(job: Job) -> Measured:
    """Make the payments over all connections at once."""
    loop = asyncio.get_running_loop()
    numbers = iter(range(job.payments))
    ends = [loop.create_future() for _ in range(job.connections)]
    began_s, cpu_s = time.perf_counter(), time.process_time()
    pairs = [
        await loop.create_connection(
            lambda end=end: Connection(job, numbers, end), job.host, job.port
        )
        for end in ends
    ]
    try:
        await asyncio.gather(*ends)
        seconds = time.perf_counter() - began_s
        cpu_s = time.process_time() - cpu_s
    finally:
        for transport, _ in pairs:
            transport.abort()
        await asyncio.sleep(0)
    return Measured(seconds, [ms for _, line in pairs for ms in line.request_ms], cpu_s)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(run(Job(**json.load(sys.stdin)))))))  # noqa: T201
