"""A machine that speaks WeChat Pay v3, and its platform, under a virtual clock."""

from __future__ import annotations

import itertools

from tests.machine.conftest import Rig, seed
from tests.machine.v3_keys import MCHID, credentials
from tests.machine.v3_platform import V3Platform
from vendor_sim.machine.domain import Duty
from vendor_sim.world.faults import Fault

PATH = "/machine/hooks/wechat/platform-9"
CODE = "1300000000000000"


def v3_seed(mode="pubkey", **changes):
    keys = {"speaks": "wechat_v3", "credentials": credentials(mode), "merchant_id": MCHID}
    return seed("platform-9", takes="at_once", **{**keys, **changes})


class V3Rig(Rig):
    """``lose`` maps a verb of the platform to a fault; ``codes`` are dealt by ``show``."""

    def __init__(self, mode="pubkey", url="sqlite://"):
        self.mode = mode
        self.lose = {}
        self._dealt = itertools.count(10)
        super().__init__(v3_seed(mode), url=url)

    def make_platform(self):
        return V3Platform(self.clock, self.mode)

    def _fault(self, request):
        verb, _ = V3Platform._verb(request.method, request.url.path)
        return self.lose.get(verb) or self.lose.get("")

    def cut_off(self):
        self.lose[""] = Fault.REQUEST_LOST
        self.notify = False

    def reconnect(self):
        self.lose.clear()
        self.notify = True

    def post(self, notice, headers=None):
        url, body = notice
        assert url == f"http://machine{PATH}"
        given = self.platform.signed(body) if headers is None else headers
        kind = {"content_type": "application/json"}
        return self.app.test_client().post(PATH, data=body, headers=given, **kind)

    def _platform_due(self):
        return self.platform.refund_due_ms()

    def show(self, end):
        """The customer holds a code in front of the scanner that will come to this."""
        code = f"{CODE}{next(self._dealt)}"
        self.platform.codes[code] = end
        self.service.present("platform-9", code)
        return code

    def count(self, verb):
        return sum(1 for one, _ in self.platform.log if one == verb)

    def facts(self, order_id):
        return self.outbound._work.order(order_id)

    def duty(self):
        [line] = self.service.operator_view(1).orders
        return Duty(line.waits_for)

    def ended(self, order_id):
        order = self.order(order_id)
        assert order["done"], order
        return order["state"], order["money"]
