"""What differs between kinds of worlds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import MOTOR_MS, NOTICE_LANES, REFUND_MS, SETTLE_MAX_MS, SETTLE_MS
from vendor_sim.payments.wechat.minting import FreshRsa

if TYPE_CHECKING:
    from vendor_sim.payments.wechat.minting import RsaSource


@dataclass(frozen=True, slots=True)
class Tuning:
    """What differs between a simulation, a demo and a test over real sockets.

    Attributes:
        link_base: Where phones reach the wallet: the address inside payment codes.
        ledger_url, machine_url, wallet_url: Where the services reach each other.
        motor_ms: How long a coil turns.
        refund_ms: How long a refund is in transit.
        settle_ms: How long a merchant of the WeChat Pay dialect waits for its money.
        rsa: Where private keys come from.
        base_url: Where merchants reach this world; None for the address at which they ask for
            their credentials.
        pin_cost: The work factor of scrypt, a power of two.
        trace_writes: Whether answers tell what was written, for the stage.
        secure: Whether pages are served over TLS only.
        patience_ms: How long ``settle`` may take.
        couriers: How many deliver notices; under the virtual clock nobody hangs, and one will do.
        forgetful: Whether a service that lost its power is put together anew; where threads serve
            it, its objects stay.
    """

    link_base: str = "http://wallet"
    ledger_url: str = "http://ledger"
    machine_url: str = "http://machine"
    wallet_url: str = "http://wallet"
    motor_ms: int = MOTOR_MS
    refund_ms: int = REFUND_MS
    settle_ms: int = SETTLE_MS
    rsa: RsaSource = field(default_factory=FreshRsa)
    base_url: str | None = None
    pin_cost: int = 2**14
    trace_writes: bool = True
    secure: bool = False
    patience_ms: int = SETTLE_MAX_MS
    couriers: int = NOTICE_LANES
    forgetful: bool = False
