"""A gate with one endpoint of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.payments.wechat.gate import Answer, Call, Family, Route, WechatGate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.payments.wechat.mall import Mall, Shop

UNMENTIONED = "nobody routed this"


def gate_of(mall: Mall, handler: Callable[[Call], Answer], method: str = "GET", **how: Any) -> Shop:
    """The shop before a gate with one endpoint of its own."""
    family = how.pop("family", Family.TRANSACTIONS)
    route = Route(method, "/v3/thing/<name>", handler, family)

    def other(_environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [UNMENTIONED.encode()]

    shop = mall.shop
    shop.app = WechatGate(mall.wechat.kit, (route,), other, **how)
    return shop
