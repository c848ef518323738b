"""The wallet's rows on PostgreSQL: one purchase there is as on SQLite."""

from __future__ import annotations

from tests.wallet.fakes import PRICE, make_scene


def test_a_purchase_is_stored_on_postgresql(postgres_url):
    scene = make_scene(postgres_url)
    scene.open()
    scan_id = scene.pay()
    told = scene.ledger.move(scene.scan(scan_id)["authorisation"], state="captured")
    assert scene.notice(told).status_code == 204
    ticket = scene.service.issue_ticket("pete")
    assert scene.service.redeem_ticket(ticket) == "pete"
    scene.run(10_000)
    assert scene.service.history("pete")[0]["exact_state"] == "captured"
    assert scene.service.wallet("pete")["balance_minor"] == 10_000 - PRICE
    scene.door.close()
