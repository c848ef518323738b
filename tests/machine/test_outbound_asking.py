"""A no to an asking that is repeated may say nothing of the first one."""

from __future__ import annotations

from vendor_sim.world.faults import Fault

MINUTE_MS = 60_000


def test_a_second_asking_that_nobody_read_says_nothing_of_the_first(any_rig):
    """Its answer was lost, and the customer left before the next."""
    any_rig.faults["/intents"] = Fault.ANSWER_LOST
    order_id = any_rig.service.press("lobby", "B4")
    any_rig.tick()
    any_rig.faults.clear()
    any_rig.service.cancel("lobby")
    any_rig.platform.refuse_next["POST intents"] = (401, "unauthenticated")
    any_rig.run(2 * MINUTE_MS)
    order = any_rig.order(order_id)
    assert (order["state"], order["done"]) == ("cancelled", True)
    assert any_rig.platform.intent_of(order_id)["state"] == "closed"


def test_a_first_asking_that_is_not_believed_opened_nothing(rig):
    rig.platform.refuse_next["POST intents"] = (401, "unauthenticated")
    order_id = rig.service.press("lobby", "B4")
    rig.run(1_000)
    order = rig.order(order_id)
    assert (order["state"], order["done"]) == ("refused", True)
    assert rig.platform.intents == {}
