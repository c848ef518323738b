"""One turn of the platform: bounded, and fair to those behind a hook that is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.payments.conftest import SECRET, START_MS
from vendor_sim.kernel.limits import TICK_TASKS_MAX
from vendor_sim.payments.assembly import MerchantSeed

if TYPE_CHECKING:
    from tests.payments.conftest import Platform
    from vendor_sim.wire.http import Request


def test_a_silent_hook_does_not_hide_the_others_behind_its_many_notices(
    platform: Platform,
) -> None:
    loud = MerchantSeed("m_quiet", "Quiet", "key-m2", "http://quiet/hook", (SECRET,))
    platform.payments.service.add_merchant(loud)
    for number in range(2 * TICK_TASKS_MAX):
        platform.merchant.close_intent(platform.open_intent(order_ref=f"o{number}").id)
    platform.clock.advance_to(START_MS + 1)
    body = {"order_ref": "o", "amount_minor": 1, "currency": "CNY", "description": "x"}
    platform.other_merchant.close_intent(platform.other_merchant.open_intent(body, "k").id)
    inner = platform.hooks.handle_request

    def answer(request: Request) -> Any:
        platform.hooks.status = None if request.url.host == "machine" else 204
        return inner(request)

    platform.hooks.handle_request = answer  # type: ignore[method-assign]
    assert [platform.tick() for _ in range(2)] == [1, 2]
    heard = [one.url for one in platform.hooks.heard]
    assert heard == ["http://machine/hook", "http://quiet/hook", "http://machine/hook"]


def test_a_tick_is_bounded(platform: Platform) -> None:
    for number in range(TICK_TASKS_MAX + 1):
        platform.merchant.close_intent(platform.open_intent(order_ref=f"o{number}").id)
    assert platform.tick() == TICK_TASKS_MAX
    assert platform.tick() == 1
