"""What many of the machine's tests do."""

from __future__ import annotations

import pytest

from vendor_sim.kernel.limits import MOTOR_MS
from vendor_sim.kernel.problems import Refused
from vendor_sim.machine.domain import Drop


def refusal(act, *args, **kwargs):
    """The code with which this is refused."""
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.problem.code


def unsure(rig):
    """An order whose drop nobody saw."""
    rig.service.plan_drop("lobby", Drop.UNSURE)
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS)
    order = rig.order(order_id)
    assert (order["state"], order["drop"], order["done"]) == ("unsure", "unsure", False)
    return order_id
