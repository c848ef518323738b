"""The demo as it is served, with a merchant and a wallet provider more who want no notifications.

localstripe sends none either where no address was registered; so both do the same work.
``python -m tests.bench.our_server FOLDER MOTOR_MS`` writes where it is, in JSON, and serves until
SIGTERM.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from vendor_sim.payments.assembly import MerchantSeed, ProviderSeed
from vendor_sim.serving.demo import Demo, DemoOptions, demo

MERCHANT = MerchantSeed("m_bench", "Bench", "key_bench_merchant")
PROVIDER = ProviderSeed("bench", "Bench", "key_bench_provider")


def main(folder: Path, motor_ms: int) -> None:
    """Serve until told to stop."""
    made: list[Demo] = []
    options = DemoOptions(port=0, data=folder, motor_ms=motor_ms)
    with demo(options, up=lambda: _tell(made[0])) as world:
        made.append(world)
        service = world.world.payments.service
        service.add_merchant(MERCHANT)
        service.parties.add_provider(PROVIDER)
        world.run()


def _tell(demo_: Demo) -> None:
    told = {
        "port": demo_.listener.getsockname()[1],
        "merchant_key": MERCHANT.api_key,
        "provider_key": PROVIDER.api_key,
    }
    print(json.dumps(told), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
