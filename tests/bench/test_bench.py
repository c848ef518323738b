"""The benchmark's own parts: a client that pays for real, and figures that add up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.bench import creates, load, scenarios
from tests.bench.figures import Throughput, spread
from tests.bench.our_server import MERCHANT, PROVIDER
from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background
from vendor_sim.serving.wsgi import Reply
from vendor_sim.wire.clients import ProviderClient
from vendor_sim.wire.http import network

if TYPE_CHECKING:
    from pathlib import Path


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


def test_a_scenario_is_measured_beside_one_that_does_nothing(tmp_path: Path) -> None:
    for side in scenarios.SIDES:
        scenarios.project(tmp_path / side, side, 1)
        assert scenarios.run_ms(tmp_path / side, side, 1) > 0
    with pytest.raises(RuntimeError, match="not all passed"):
        scenarios.run_ms(tmp_path / "ours", "bare", 1)


def test_what_a_scenario_costs_is_a_difference_round_by_round() -> None:
    costs = scenarios.Costs()
    for one, many, bare in ((900, 2_900, 100), (1_000, 3_000, 200), (9_000, 9_000, 300)):
        costs.add("ours", 1, one)
        costs.add("bare", 1, bare)
        costs.add("ours", scenarios.MANY, many + bare)
        costs.add("bare", scenarios.MANY, bare * 2)
    assert costs.over_ms == 28.0
    assert costs.further_ms == pytest.approx((2_700 - 800) / 99 + 100 / 99)
    assert costs.ratio == 15.0
