"""Single rows of the platform that were changed, and what must be said of it."""

from __future__ import annotations

from tests.world.corruption import Corruption

CORRUPTIONS = [
    Corruption(
        "an order is charged twice",
        "ledger",
        "INSERT INTO intent SELECT id || '2', merchant_id, order_ref, description, "
        "amount_minor, currency, takes, state, pay_until_ms, close_at_ms, "
        "created_at_ms, hold_until_ms, authorisation_id || '2', payer, provider_id, "
        "authorised_at_ms, captured_minor, refund_pending_minor, refunded_minor, "
        "scanned_at_ms, attempt_state, attempt_reason, attempt_account, "
        "attempt_at_ms, fulfilment, dialect, reserved_for, fee_minor, "
        "fee_returned_minor, version FROM intent WHERE order_ref = '{at_once}'",
        "I7 one_charge_per_order, I11 paid_in_time, I7 intents_match_books, I16 "
        "moves_are_told, I11 codes_replaced_in_turn, I6 orders_end, I13 "
        "wallets_know_payments, I13 merchants_are_paid, I13 machines_know_payments",
    ),
    Corruption(
        "paid by another wallet",
        "ledger",
        "UPDATE intent SET payer = {payer_jammed} WHERE order_ref = '{held}'",
        "I7 intents_match_books, I8 refunds_match_books",
    ),
    Corruption(
        "paid after its code had died",
        "ledger",
        "UPDATE intent SET authorised_at_ms = pay_until_ms WHERE order_ref = '{at_once}'",
        "I11 paid_in_time, I16 moves_are_told, I4 no_release_unpaid",
    ),
    Corruption(
        "a paid intent is closed",
        "ledger",
        "UPDATE intent SET state = 'closed' WHERE order_ref = '{held}'",
        "I7 intents_match_books, I11 intents_move_as_allowed, I16 moves_are_told, I13 "
        "wallets_know_payments",
    ),
    Corruption(
        "a captured intent is voided",
        "ledger",
        "UPDATE intent SET state = 'voided' WHERE order_ref = '{held}'",
        "I7 intents_match_books, I11 intents_move_as_allowed, I16 moves_are_told",
    ),
    Corruption(
        "a voided intent is captured",
        "ledger",
        "UPDATE intent SET state = 'captured', captured_minor = amount_minor WHERE "
        "order_ref = '{jammed}'",
        "I7 intents_match_books, I16 moves_are_told, I6 no_capture_unreleased, I6 "
        "orders_end, I13 merchants_are_paid, I13 machines_know_payments",
    ),
    Corruption(
        "an expired intent is open again",
        "ledger",
        "UPDATE intent SET state = 'open' WHERE order_ref = '{expired}'",
        "I16 moves_are_told, I10 intents_close_in_time, I6 orders_end",
    ),
    Corruption(
        "a cancelled intent is said to have expired",
        "ledger",
        "UPDATE intent SET state = 'expired' WHERE order_ref = '{cancelled}'",
        "I16 moves_are_told",
    ),
    Corruption(
        "an unpaid intent has a payer",
        "ledger",
        "UPDATE intent SET payer = {payer_held} WHERE order_ref = '{expired}'",
        "I11 intents_move_as_allowed",
    ),
    Corruption(
        "an intent is for more than was taken",
        "ledger",
        "UPDATE intent SET amount_minor = amount_minor + 1 WHERE order_ref = '{at_once}'",
        "I7 intents_match_books, I11 intents_move_as_allowed, I4 no_release_unpaid, "
        "I13 wallets_know_payments",
    ),
    Corruption(
        "an intent is for another order",
        "ledger",
        "UPDATE intent SET order_ref = 'ord_x' WHERE order_ref = '{at_once}'",
        "I4 no_release_unpaid, I6 orders_end, I13 machines_know_payments",
    ),
    Corruption(
        "an intent is another merchant's",
        "ledger",
        "UPDATE intent SET merchant_id = 'm_lobby' WHERE order_ref = '{at_once}'",
        "I7 intents_match_books, I4 no_release_unpaid, I6 orders_end, I13 "
        "merchants_are_paid, I13 machines_know_payments",
    ),
    Corruption(
        "an intent was reserved for somebody else",
        "ledger",
        "UPDATE intent SET reserved_for = 'acc_x' WHERE order_ref = '{held}'",
        "I7 reserved_for_one",
    ),
    Corruption(
        "an intent is erased",
        "ledger",
        "DELETE FROM intent WHERE order_ref = '{held}'",
        "I7 intents_match_books, I8 refunds_within_capture, I8 refunds_match_books, "
        "I11 codes_replaced_in_turn, I4 no_release_unpaid, I6 orders_end, I13 "
        "wallets_know_payments, I13 machines_know_payments",
    ),
    Corruption(
        "a code died before it was paid",
        "ledger",
        "UPDATE code SET replaced_at_ms = issued_at_ms WHERE intent_id = {intent_held}",
        "I11 paid_in_time, I11 codes_replaced_in_turn",
    ),
    Corruption(
        "a code is of nothing",
        "ledger",
        "UPDATE code SET intent_id = 'in_x' WHERE intent_id = {intent_cancelled}",
        "I11 codes_replaced_in_turn",
    ),
    Corruption(
        "a shown code was good for too long",
        "ledger",
        "UPDATE presented SET valid_until_ms = valid_until_ms + 1 WHERE "
        "authorisation_id IS NOT NULL",
        "I7 presented_codes_used_once",
    ),
    Corruption(
        "a shown code was another payer's",
        "ledger",
        "UPDATE presented SET account = 'acc_x' WHERE authorisation_id IS NOT NULL",
        "I7 presented_codes_used_once",
    ),
    Corruption(
        "a refund is larger",
        "ledger",
        "UPDATE refund SET amount_minor = amount_minor + 1 WHERE amount_minor = 100",
        "I8 refunds_within_capture, I8 refunds_match_books",
    ),
    Corruption(
        "a refund went to a bank",
        "ledger",
        "UPDATE refund SET to_bank = 1 WHERE amount_minor = 150",
        "I8 refunds_match_books",
    ),
    Corruption(
        "a refund is on its way again",
        "ledger",
        "UPDATE refund SET state = 'pending', done_at_ms = NULL WHERE amount_minor = 150",
        "I8 refunds_within_capture, I8 refunds_match_books, I6 refunds_arrive",
    ),
    Corruption(
        "a refund was closed and not given back",
        "ledger",
        "UPDATE refund SET state = 'closed' WHERE amount_minor = 150",
        "I8 refunds_within_capture, I8 refunds_match_books, I6 orders_end",
    ),
    Corruption(
        "a refund that succeeded has no end",
        "ledger",
        "UPDATE refund SET done_at_ms = NULL WHERE amount_minor = 150",
        "I11 refunds_move_as_allowed",
    ),
    Corruption(
        "a refund is another order's",
        "ledger",
        "UPDATE refund SET intent_id = {intent_at_once} WHERE amount_minor = 150",
        "I8 refunds_within_capture, I8 refunds_match_books, I13 fees_returned_with_refunds",
    ),
    Corruption(
        "a refund is erased",
        "ledger",
        "DELETE FROM refund WHERE amount_minor = 150",
        "I8 refunds_within_capture, I8 refunds_match_books, I13 "
        "fees_returned_with_refunds, I13 wechat_refunds_are_refunds",
    ),
    Corruption(
        "a refund went to another wallet",
        "ledger",
        "UPDATE transfer SET credit = {payer_jammed} WHERE code = 'refund_done' AND "
        "amount_minor = 150",
        "I1 transfers_balance, I2 balances_are_the_log, I2 entries_are_chained, I8 "
        "refunds_match_books",
    ),
    Corruption(
        "an intent forgets a refund",
        "ledger",
        "UPDATE intent SET refunded_minor = refunded_minor - 100 WHERE order_ref = '{wechat}'",
        "I8 refunds_within_capture, I13 wallets_know_payments, I13 "
        "merchants_are_paid, I13 machines_know_payments",
    ),
    Corruption(
        "a fee is one more",
        "ledger",
        "UPDATE intent SET fee_minor = fee_minor + 1 WHERE order_ref = '{wechat}'",
        "I13 fees_as_agreed, I13 fees_match_books, I13 merchants_are_paid",
    ),
    Corruption(
        "a fee comes back in full",
        "ledger",
        "UPDATE intent SET fee_returned_minor = fee_minor WHERE order_ref = '{wechat}'",
        "I13 fees_returned_with_refunds, I13 fees_match_books, I13 merchants_are_paid",
    ),
    Corruption(
        "a refund brought no fee back",
        "ledger",
        "UPDATE refund SET fee_minor = fee_minor - 1 WHERE amount_minor = 150",
        "I13 fees_returned_with_refunds",
    ),
    Corruption(
        "a fee is of nothing",
        "ledger",
        "UPDATE transfer SET reference = 'x' WHERE code = 'fee' AND reference = {intent_wechat}",
        "I2 entries_are_chained, I13 fees_match_books",
    ),
    Corruption(
        "a notice says it was tried once more",
        "ledger",
        "UPDATE notice SET attempts = attempts + 1 WHERE type = 'intent.closed'",
        "I16 notices_end",
    ),
    Corruption(
        "a notice died of nothing",
        "ledger",
        "UPDATE notice SET state = 'dead', problem = NULL WHERE type = 'intent.closed'",
        "I16 notices_end, I16 notices_tried_in_turn",
    ),
    Corruption(
        "a notice waits and nobody tries it",
        "ledger",
        "UPDATE notice SET state = 'waiting' WHERE type = 'intent.closed'",
        "I16 notices_end, I16 notices_tried_in_turn",
    ),
    Corruption(
        "an attempt is erased",
        "ledger",
        "DELETE FROM notice_attempt WHERE number = 1 AND notice_id = (SELECT id FROM "
        "notice WHERE type = 'intent.closed')",
        "I16 notices_end",
    ),
    Corruption(
        "an attempt came too early",
        "ledger",
        "UPDATE notice_attempt SET at_ms = at_ms - 1 WHERE number = 2 AND notice_id = "
        "(SELECT MIN(notice_id) FROM notice_attempt WHERE number = 2)",
        "I16 notices_tried_in_turn",
    ),
    Corruption(
        "a payment was never told",
        "ledger",
        "DELETE FROM notice WHERE type = 'payment.captured' AND role = 'merchant' AND "
        "intent_id = {intent_held}",
        "I16 moves_are_told",
    ),
    Corruption(
        "a payment was told before it was made",
        "ledger",
        "UPDATE notice SET occurred_at_ms = occurred_at_ms - 1 WHERE type = "
        "'TRANSACTION.SUCCESS' AND intent_id = {intent_wechat}",
        "I16 moves_are_told",
    ),
    Corruption(
        "an order of the dialect is erased",
        "ledger",
        "DELETE FROM wechat_order WHERE intent_id = {intent_wechat}",
        "I13 wechat_orders_are_intents",
    ),
    Corruption(
        "a number of the dialect is another",
        "ledger",
        "UPDATE wechat_order SET out_trade_no = 'x' WHERE intent_id = {intent_wechat}",
        "I13 wechat_orders_are_intents",
    ),
    Corruption(
        "a refund's number is erased",
        "ledger",
        "DELETE FROM wechat_refund WHERE refund = (SELECT id FROM refund WHERE amount_minor = 150)",
        "I13 wechat_refunds_are_refunds",
    ),
    Corruption(
        "an order was reversed and its money kept",
        "ledger",
        "UPDATE wechat_order SET reversed_at_ms = created_at_ms WHERE intent_id = {intent_wechat}",
        "I6 reversed_orders_are_given_back",
    ),
    Corruption(
        "an order goes back",
        "machine",
        "UPDATE orders SET state = 'paid' WHERE id = '{held}'",
        "I11 orders_move_as_allowed, I10 stock_adds_up, I6 no_capture_unreleased, I6 orders_end",
    ),
]
