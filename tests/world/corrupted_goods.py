"""Single rows of machine and wallet that were changed, and what must be said."""

from __future__ import annotations

from tests.world.corruption import Corruption

CORRUPTIONS = [
    Corruption(
        "an order that expired was released",
        "machine",
        "UPDATE orders SET state = 'released' WHERE id = '{expired}'",
        "I11 orders_move_as_allowed, I10 stock_adds_up, I6 orders_end",
    ),
    Corruption(
        "a step is erased",
        "machine",
        "DELETE FROM order_event WHERE order_id = '{held}' AND state = 'paid'",
        "I11 orders_move_as_allowed",
    ),
    Corruption(
        "a step is of another time",
        "machine",
        "UPDATE order_event SET at_ms = at_ms + 1 WHERE order_id = '{held}' AND state = 'opening'",
        "I23 steps_are_dated",
    ),
    Corruption(
        "a step leads nowhere",
        "machine",
        "INSERT INTO order_event SELECT 9999, order_id, 'paid', at_ms FROM "
        "order_event WHERE order_id = '{cancelled}' AND state = 'cancelled'",
        "I11 orders_move_as_allowed",
    ),
    Corruption(
        "an order was opened at another time",
        "machine",
        "UPDATE orders SET opened_at_ms = opened_at_ms + 1 WHERE id = '{held}'",
        "I23 steps_are_dated",
    ),
    Corruption(
        "a motor turned twice",
        "machine",
        "INSERT INTO motor_command SELECT id || '2', machine, slot, outcome, at_ms, "
        "done_at_ms FROM motor_command WHERE id = {turn_held}",
        "I5 one_release_per_order",
    ),
    Corruption(
        "two orders share a turn",
        "machine",
        "UPDATE orders SET command_id = {turn_jammed} WHERE id = '{held}'",
        "I5 one_release_per_order, I13 drops_are_as_said, I10 stock_adds_up",
    ),
    Corruption(
        "a motor turned in another slot",
        "machine",
        "UPDATE motor_command SET slot = 'A1' WHERE id = {turn_held}",
        "I5 one_release_per_order",
    ),
    Corruption(
        "a motor turned before it was paid for",
        "machine",
        "UPDATE motor_command SET at_ms = 1 WHERE id = {turn_held}",
        "I4 no_release_unpaid",
    ),
    Corruption(
        "a price changed after the payment",
        "machine",
        "UPDATE orders SET amount_minor = amount_minor + 1 WHERE id = '{at_once}'",
        "I4 no_release_unpaid, I13 machines_know_payments",
    ),
    Corruption(
        "an order is in another currency",
        "machine",
        "UPDATE orders SET currency = 'EUR' WHERE id = '{at_once}'",
        "I4 no_release_unpaid",
    ),
    Corruption(
        "what fell was jammed",
        "machine",
        "UPDATE motor_command SET outcome = 'jammed' WHERE id = {turn_held}",
        "I13 drops_are_as_said, I10 stock_adds_up",
    ),
    Corruption(
        "a can appears",
        "machine",
        "UPDATE slot SET stock = stock + 1 WHERE machine = 'lobby' AND slot = 'B4'",
        "I10 stock_adds_up",
    ),
    Corruption(
        "a fall is erased",
        "machine",
        "DELETE FROM stock_event WHERE order_id = '{held}'",
        "I10 stock_adds_up",
    ),
    Corruption(
        "a fall counts twice",
        "machine",
        "UPDATE stock_event SET delta = -2 WHERE order_id = '{held}'",
        "I10 stock_adds_up",
    ),
    Corruption(
        "a slot was empty when somebody bought from it",
        "machine",
        "UPDATE stock_event SET stock_after = 0 "
        "WHERE cause = 'loaded' AND machine = 'lobby' AND slot = 'B4'",
        "I10 sold_from_stock",
    ),
    Corruption(
        "nobody asks for what was held",
        "machine",
        "UPDATE orders SET standing = 'held' WHERE id = '{held}'",
        "I6 captures_are_asked_for, I13 machines_know_payments",
    ),
    Corruption(
        "a captured order was not released",
        "machine",
        "UPDATE orders SET state = 'not_released' WHERE id = '{held}'",
        "I11 orders_move_as_allowed, I10 stock_adds_up, I6 no_capture_unreleased",
    ),
    Corruption(
        "the desk said something else",
        "machine",
        "UPDATE orders SET desk = 'not_released' WHERE id = '{desk_fell}'",
        "I6 no_capture_unreleased, I6 orders_end",
    ),
    Corruption(
        "the desk was never asked",
        "machine",
        "UPDATE orders SET desk = NULL WHERE id = '{undecided}'",
        "I6 orders_end",
    ),
    Corruption(
        "a loss is erased",
        "machine",
        "DELETE FROM loss WHERE order_id = '{undecided}'",
        "I6 losses_are_recorded",
    ),
    Corruption(
        "a loss is smaller",
        "machine",
        "UPDATE loss SET amount_minor = 1 WHERE order_id = '{undecided}'",
        "I6 losses_are_recorded",
    ),
    Corruption(
        "an order's money is said to be open",
        "machine",
        "UPDATE orders SET standing = 'open' WHERE id = '{held}'",
        "I13 machines_know_payments",
    ),
    Corruption(
        "an order forgets what went back",
        "machine",
        "UPDATE orders SET refunded_minor = 0 WHERE id = '{wechat}'",
        "I13 machines_know_payments",
    ),
    Corruption(
        "a wallet shows more",
        "wallet",
        "UPDATE wallet SET balance_minor = balance_minor + 1 WHERE id = 'pete'",
        "I13 wallets_know_balances",
    ),
    Corruption(
        "a wallet shows a hold",
        "wallet",
        "UPDATE wallet SET held_minor = 1 WHERE id = 'pete'",
        "I13 wallets_know_balances",
    ),
    Corruption(
        "a wallet's payment is of another amount",
        "wallet",
        "UPDATE scan SET amount_minor = 1 WHERE authorisation = {a_scan}",
        "I13 wallets_know_payments",
    ),
    Corruption(
        "a wallet paid for nothing known",
        "wallet",
        "UPDATE scan SET authorisation = 'x' WHERE authorisation = {a_scan}",
        "I13 wallets_know_payments",
    ),
    Corruption(
        "a wallet got less back",
        "wallet",
        "UPDATE scan SET refunded_minor = 0 WHERE refunded_minor = 250",
        "I13 wallets_know_payments",
    ),
    Corruption(
        "a wallet's payment is erased",
        "wallet",
        "DELETE FROM scan WHERE authorisation = {a_scan}",
        "I13 wallets_know_payments",
    ),
]
