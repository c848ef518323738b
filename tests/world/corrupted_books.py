"""Single rows of the books that were changed, and what must be said of it."""

from __future__ import annotations

from tests.world.corruption import Corruption

CORRUPTIONS = [
    Corruption(
        "a counter of a balance is one more",
        "ledger",
        "UPDATE balance SET credits_posted = credits_posted + 1 WHERE account_id = "
        "'merchant:m_lobby:CNY'",
        "I1 money_conserved, I2 balances_are_the_log, I2 entries_are_chained, I13 "
        "merchants_are_paid",
    ),
    Corruption(
        "money appears on hold",
        "ledger",
        "UPDATE balance SET debits_pending = debits_pending + 1 WHERE account_id = 'fees:CNY'",
        "I1 money_conserved, I2 balances_are_the_log",
    ),
    Corruption(
        "a payer's balance forgets a debit",
        "ledger",
        "UPDATE balance SET debits_posted = debits_posted - 350 WHERE account_id = {payer_held}",
        "I1 money_conserved, I2 balances_are_the_log, I2 entries_are_chained, I13 "
        "wallets_know_balances",
    ),
    Corruption(
        "a balance is gone",
        "ledger",
        "DELETE FROM balance WHERE account_id = 'fees:CNY'",
        "I1 money_conserved, I2 balances_are_the_log, I2 entries_are_chained",
    ),
    Corruption(
        "a balance's version goes back",
        "ledger",
        "UPDATE balance SET version = version - 1 WHERE account_id = 'fees:CNY'",
        "I2 entries_are_chained",
    ),
    Corruption(
        "a balance's seal is another",
        "ledger",
        "UPDATE balance SET chain_hash = 'x' WHERE account_id = 'fees:CNY'",
        "I2 entries_are_chained",
    ),
    Corruption(
        "an account gets a floor",
        "ledger",
        "UPDATE account SET floor = 1 WHERE id = 'funding:CNY'",
        "I2 entries_are_chained",
    ),
    Corruption(
        "an account is of another currency",
        "ledger",
        "UPDATE account SET currency = 'EUR' WHERE id = 'merchant:m_kiosk:CNY'",
        "I1 money_conserved, I1 transfers_balance, I2 entries_are_chained",
    ),
    Corruption(
        "a transfer is of another amount",
        "ledger",
        "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE code = 'sale' AND "
        "reference = {intent_at_once}",
        "I2 balances_are_the_log, I2 entries_are_chained, I7 intents_match_books",
    ),
    Corruption(
        "a transfer is of another currency",
        "ledger",
        "UPDATE transfer SET currency = 'EUR' WHERE code = 'top_up' AND seq = {first_top_up}",
        "I1 transfers_balance, I2 entries_are_chained",
    ),
    Corruption(
        "a transfer came at another time",
        "ledger",
        "UPDATE transfer SET at_ms = at_ms - 1 WHERE code = 'top_up' AND seq = {first_top_up}",
        "I2 entries_are_chained",
    ),
    Corruption(
        "a top-up is erased",
        "ledger",
        "DELETE FROM transfer WHERE seq = {first_top_up}",
        "I1 transfers_balance, I2 balances_are_the_log, I2 entries_are_chained",
    ),
    Corruption(
        "an entry is erased",
        "ledger",
        "DELETE FROM entry WHERE side = 'credit' AND seq = {first_top_up}",
        "I1 transfers_balance, I2 entries_are_chained",
    ),
    Corruption(
        "an entry is of another side",
        "ledger",
        "UPDATE entry SET side = 'debit' WHERE side = 'credit' AND seq = {first_top_up}",
        "I1 transfers_balance, I2 entries_are_chained",
    ),
    Corruption(
        "an entry begins elsewhere",
        "ledger",
        "UPDATE entry SET posted_before = posted_before + 1 WHERE account_id = "
        "'fees:CNY' AND version = 2",
        "I2 entries_are_chained",
    ),
    Corruption(
        "an entry's seal is another",
        "ledger",
        "UPDATE entry SET chain_hash = 'x' WHERE account_id = 'fees:CNY' AND version = 2",
        "I2 entries_are_chained",
    ),
    Corruption(
        "a hold ended too late",
        "ledger",
        "UPDATE transfer SET at_ms = at_ms + 3600000 WHERE kind = 'post' AND "
        "reference = {intent_held}",
        "I2 entries_are_chained, I10 holds_end_once",
    ),
    Corruption(
        "the end of a hold ends another",
        "ledger",
        "UPDATE transfer SET pending_id = 'x' WHERE kind = 'void' AND reference = {intent_jammed}",
        "I2 balances_are_the_log, I2 entries_are_chained, I10 holds_end_once, I10 holds_let_go",
    ),
    Corruption(
        "a hold is erased",
        "ledger",
        "DELETE FROM transfer WHERE kind = 'pending' AND reference = {intent_jammed}",
        "I1 transfers_balance, I2 entries_are_chained, I10 holds_end_once, I7 intents_match_books",
    ),
    Corruption(
        "the end of a hold is erased",
        "ledger",
        "DELETE FROM transfer WHERE kind = 'void' AND reference = {intent_jammed}",
        "I1 transfers_balance, I2 balances_are_the_log, I2 entries_are_chained, I10 "
        "holds_let_go, I7 intents_match_books",
    ),
    Corruption(
        "a hold was promised for longer",
        "ledger",
        "UPDATE intent SET hold_until_ms = hold_until_ms + 1 WHERE order_ref = '{held}'",
        "I10 holds_last_as_promised",
    ),
]
