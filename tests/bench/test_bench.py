"""The benchmark's own parts: a client that pays for real, and figures that add up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench import creates, load
from tests.bench.figures import Throughput, spread
from tests.bench.our_server import MERCHANT, PROVIDER
from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background
from vendor_sim.serving.wsgi import Reply
from vendor_sim.wire.clients import ProviderClient
from vendor_sim.wire.http import network


def _run(job: load.Job) -> load.Measured:
    """In a thread: a browser's driver may have an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(load.run(job))).result()


@pytest.mark.network
def test_the_client_pays_what_it_says_it_paid() -> None:
    with demo(DemoOptions(port=0)) as made, in_background(made.server, made.listener) as base:
        service = made.world.payments.service
        service.add_merchant(MERCHANT)
        service.parties.add_provider(PROVIDER)
        line = network()
        client = ProviderClient(base, PROVIDER.api_key, line)
        account = client.open_account("Bench", "CNY", "open").id
        client.top_up(account, 10_000, "top-up")
        given = {
            "merchant_key": MERCHANT.api_key,
            "provider_key": PROVIDER.api_key,
            "account": account,
        }
        host, port = made.listener.getsockname()
        job = load.Job(host, port, "ours", 4, 10, "x", given)
        measured = _run(job)
        assert len(measured.request_ms) == 30
        assert client.account(account).balance_minor == 10_000 - 10 * load.AMOUNT_MINOR
        with pytest.raises(RuntimeError, match="that is no payment"):
            _run(load.Job(host, port, "ours", 1, 20, "y", given))
        client.close()
        line.close()


def test_the_figures_are_medians_of_the_rounds() -> None:
    found = Throughput()
    for seconds in (1.0, 2.0, 4.0):
        found.add("ours", 8, load.Measured(seconds, [5.0], 0.1))
        found.add("localstripe", 8, load.Measured(seconds * 5, [25.0], 0.1))
    assert found.rate("ours", 8) == 100
    assert found.times(8) == 5


def test_a_spread_is_the_middle_and_the_one_in_a_hundred() -> None:
    found = spread([float(n) for n in range(1, 101)])
    assert (found.p50_ms, found.p99_ms) == (50.5, 100.0)


def test_a_create_is_measured_beside_its_rsa_work() -> None:
    served, plain = creates.measure(1)
    assert set(served) == set(creates.TOGETHER)
    for costs in (*served.values(), plain):
        assert len(costs.create_us) == len(costs.rsa_us) == 1
        assert costs.create_us[0] > costs.rsa_us[0] > 0, "a create contains that work"


def test_what_is_no_order_is_not_measured() -> None:
    with pytest.raises(RuntimeError, match="that is no order"):
        creates._here_us([lambda: Reply(500, [])])


def test_a_ratio_is_that_of_the_rounds_not_of_the_medians() -> None:
    costs = creates.Costs([30.0, 40.0, 500.0], [20.0, 10.0, 100.0])
    assert costs.ratio == 4
