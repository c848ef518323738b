"""The wallet as an application: live, installable, on the stage, and silent about secrets."""

from __future__ import annotations

import logging

from tests.wallet.fakes import BASE, PIN
from tests.wallet.phone import asked
from vendor_sim.web.live import HEADER


def test_home_as_json(pete, phone):
    asked(pete, phone)
    document = phone.client.get("/wallet/home.json").json
    assert set(document) == {"wallet", "scans", "now_ms", "rate"}
    assert document["wallet"]["id"] == "pete"
    assert document["scans"][0]["state"] == "asking"


def test_live_pages_listen_to_their_own_wallet(pete, phone):
    url = asked(pete, phone)
    for path in ("/wallet/events", f"{url}/events"):
        assert phone.client.get(path).headers[HEADER] == "wallet:pete"


def test_signing_in_drops_what_the_session_had(stranger):
    before = stranger.token
    stranger.sign_in()
    with stranger.client.session_transaction("/wallet/") as session:
        assert session["wallet"] == "pete"
        assert session["csrf_token"] != before


def test_the_phone_on_the_stage_has_no_header(phone):
    for query, headers in (("?stage=1", {}), ("", {"Sec-Fetch-Dest": "iframe"})):
        answer = phone.client.get(f"/wallet/{query}", headers={"Accept": "text/html", **headers})
        assert '<header class="top">' not in answer.text
    assert '<header class="top">' in phone.see("/wallet/").text


def test_the_wallet_can_be_installed(stranger):
    answer = stranger.client.get("/wallet/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    document = answer.get_json(force=True)
    assert (document["start_url"], document["display"]) == ("/wallet/", "standalone")
    assert {icon["sizes"] for icon in document["icons"]} == {"192x192", "512x512"}


def test_every_page_says_no_script_from_elsewhere(phone):
    for path in ("/wallet/", "/wallet/new", "/wallet/scan", "/wallet/code"):
        assert "script-src 'self'" in phone.see(path).headers["Content-Security-Policy"]


def test_no_pin_and_no_key_is_ever_logged_or_shown(pete, stranger, caplog):
    caplog.set_level(logging.DEBUG)
    stranger.sign_in(pin="975310")
    stranger.sign_in()
    url = asked(pete, stranger)
    stranger.post(f"{url}/approve", {"pin": "975311"})
    stranger.post(f"{url}/approve", {"pin": PIN})
    pete.run()
    shown = caplog.text + stranger.see(url).text + stranger.see("/wallet/").text
    for secret in ("975310", "975311", PIN, "provider-key", "session-secret", "whsec_"):
        assert secret not in shown
    assert BASE
