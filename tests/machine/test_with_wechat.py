"""The machine and the real WeChat Pay dialect, over the wire: what the stub promises is so."""

from __future__ import annotations

import pytest

from tests.machine.city import MCHID, City
from tests.machine.test_with_payments import RUN_MS
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS, MINUTE_MS, MOTOR_MS, PAY_WITHIN_MS
from vendor_sim.machine.domain import Charge, Drop, charge_of
from vendor_sim.world.faults import Fault


@pytest.fixture
def city():
    return City()


@pytest.mark.parametrize("mode", ["pubkey", "cert", "switching"])
def test_a_drink_is_bought_in_every_key_mode(mode):
    city = City(mode)
    order_id = city.buy()
    code = city.order(order_id)["code"]
    assert code.startswith("weixin://wxpay/bizpayurl?pr=")
    city.pay(code)
    city.run(MOTOR_MS)
    assert city.ended(order_id) == ("released", "taken")
    assert city.balance() == 200_000 - 350


def test_a_jam_after_the_payment_comes_back_by_a_real_refund(city):
    city.machine.service.plan_drop("platform-9", Drop.JAMMED)
    order_id = city.buy()
    city.pay(city.order(order_id)["code"])
    city.run(RUN_MS)
    assert city.ended(order_id) == ("not_released", "returned")
    assert city.balance() == 200_000


def test_a_refund_from_the_desk_that_nobody_tells_of_is_read_in_the_bill_of_its_day(city):
    """No question tells: refused what is too much, the machine waits for ten of the next day."""
    city.machine.service.plan_drop("platform-9", Drop.JAMMED)
    order_id = city.buy()
    city.fault = lambda request: Fault.REQUEST_LOST if "/hooks/" in request.url.path else None
    city.pay(city.order(order_id)["code"])
    city.payments.service.refund_for_order(MCHID, order_id, 100, "desk")
    city.run(3 * HOUR_MS)
    assert city.balance() == 200_000 - 250
    assert not city.order(order_id)["done"]
    city.run(2 * DAY_MS)
    assert city.ended(order_id) == ("not_released", "returned")
    assert city.balance() == 200_000


def test_nobody_pays(city):
    order_id = city.buy()
    city.run(PAY_WITHIN_MS)
    assert city.ended(order_id) == ("expired", "none")


def test_a_payment_that_crosses_with_the_cancel_goes_back(city):
    order_id = city.buy()
    city.pay(city.order(order_id)["code"])
    city.machine.service.cancel("platform-9")
    city.run(RUN_MS)
    assert city.ended(order_id) == ("cancelled", "returned")
    assert city.balance() == 200_000


def test_a_code_held_before_the_scanner_pays(city):
    order_id = city.buy()
    city.show()
    city.run(MOTOR_MS)
    assert city.ended(order_id) == ("released", "taken")
    assert city.balance() == 200_000 - 350


def test_a_price_that_needs_the_payer_s_word():
    city = City(price=150_000)
    order_id = city.buy("D1")
    shown = city.show()
    city.run()
    assert charge_of(city.front()) is Charge.ASKED
    asking = city.payer.presented(shown)
    assert asking.state == "asking"
    city.pay(asking.code, 150_000)
    city.run(5_000 + MOTOR_MS)
    assert city.ended(order_id) == ("released", "taken")
    assert city.balance() == 50_000


def test_a_payer_who_never_answers_is_reversed():
    city = City(price=150_000)
    order_id = city.buy("D1")
    city.show()
    city.run(PAY_WITHIN_MS + MINUTE_MS)
    assert city.ended(order_id) == ("expired", "none")
    assert city.balance() == 200_000


def test_a_payer_who_says_no_and_shows_another_code():
    city = City(price=150_000)
    order_id = city.buy("D1")
    shown = city.show()
    city.run()
    city.payer.decline(city.payer.presented(shown).code, city.account)
    city.run(5_000)
    assert charge_of(city.front()) is Charge.FAILED
    again = city.show()
    city.run()
    city.pay(city.payer.presented(again).code, 150_000)
    city.run(5_000 + MOTOR_MS)
    assert city.ended(order_id) == ("released", "taken")
    assert city.balance() == 50_000


def test_too_little_money_and_then_another_wallet_s_code(city):
    poor = city.payer.open_account("Poor", "CNY", "poor").id
    order_id = city.buy()
    city.show(poor)
    city.run()
    front = city.front()
    assert (charge_of(front), front.attempt_reason) == (Charge.FAILED, "insufficient_funds")
    city.show()
    city.run(MOTOR_MS)
    assert city.ended(order_id) == ("released", "taken")
    assert city.balance() == 200_000 - 350


def test_a_code_that_was_used_is_no_code(city):
    order_id = city.buy()
    used = city.show()
    city.run(MOTOR_MS)
    assert city.order(order_id)["done"]
    second = city.buy()
    city.machine.service.present("platform-9", used)
    city.run()
    assert charge_of(city.front()) is Charge.FAILED
    city.run(PAY_WITHIN_MS + MINUTE_MS)
    assert city.ended(second) == ("expired", "none")
    assert city.balance() == 200_000 - 350


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST])
@pytest.mark.parametrize(
    "end", ["/native", "/codepay", "/close", "/reverse", "/refunds", "/platform-9", "_1"]
)
@pytest.mark.parametrize("way", ["native", "codepay", "cancel"])
def test_whatever_is_lost_money_and_goods_agree_in_the_end(city, fault, end, way):
    city.machine.service.plan_drop("platform-9", Drop.JAMMED)
    if end != "/native":
        city.fault = lambda request: fault if request.url.path.endswith(end) else None
    order_id = city.buy()
    if way == "native":
        city.pay(city.order(order_id)["code"])
    else:
        city.show()
    if way == "cancel":
        city.machine.service.cancel("platform-9")
    city.run(5_000)
    city.fault = lambda _request: None
    city.run(RUN_MS)
    order = city.order(order_id)
    assert order["done"], order
    assert city.balance() == 200_000
    if way == "native":
        assert order["state"] == "not_released"


NOTIFY = ["twice", "late", "reordered", "spaced_json", "signtest", "lost"]


@pytest.mark.parametrize("notify", NOTIFY)
def test_whatever_the_platform_does_to_its_notices(city, notify):
    city.behave(notify=notify)
    city.machine.service.plan_drop("platform-9", Drop.JAMMED)
    order_id = city.buy()
    city.pay(city.order(order_id)["code"])
    city.run(RUN_MS)
    assert city.ended(order_id) == ("not_released", "returned")
    assert city.balance() == 200_000


@pytest.mark.parametrize("answer", ["FREQUENCY_LIMITED", "SYSTEM_ERROR", "accepted"])
def test_whatever_the_platform_answers_for_a_while(city, answer):
    city.behave(answer=answer, answer_left=2)
    order_id = city.buy()
    city.run(5_000)
    city.show()
    city.behave(answer=answer, answer_left=2)
    city.run(10_000)
    assert city.ended(order_id) == ("released", "taken")


@pytest.mark.parametrize("key", ["cert", "pubkey", "switching", "rollover"])
@pytest.mark.parametrize("mode", ["cert", "switching", "pubkey"])
def test_whichever_key_the_platform_signs_with(mode, key):
    city = City(mode)
    city.behave(key=key)
    order_id = city.buy()
    city.pay(city.order(order_id)["code"])
    city.run(RUN_MS)
    assert city.ended(order_id) == ("released", "taken")


def test_at_the_end_the_books_and_the_city_are_at_rest(city):
    city.buy()
    city.show()
    city.run(8 * 24 * RUN_MS)
    assert city.machine.outbound.next_due_ms() is None
    assert city.payments.outbound.next_due_ms() is None
