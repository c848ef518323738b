"""The scanner window of a machine: what is typed or held before it, and what the page says."""

from __future__ import annotations

import json
import re

import pytest

V3_STATE = "/machine/platform-9/state.json"
PRESENT = "/machine/platform-9/present"


@pytest.fixture
def v3_browser(v3):
    client = v3.app.test_client()
    page = client.get("/machine/platform-9").text
    client.token = re.search(r'data-csrf="([^"]+)"', page)[1]
    return client


def show(client, text, token=None):
    headers = {"X-CSRF-Token": client.token if token is None else token}
    return client.post(PRESENT, data=json.dumps({"auth_code": text}), headers=headers)


def test_a_code_that_is_presented_takes_the_place_of_the_one_on_the_screen(v3, v3_browser):
    assert v3_browser.get(V3_STATE).json["machine"]["scanner"] is True
    order_id = v3.buy()
    shown = v3_browser.get(V3_STATE).json["order"]
    assert (shown["charge"], bool(shown["qr_svg_url"])) == (None, True)
    v3.platform.codes["130000000000000007"] = "asking"
    answer = show(v3_browser, " 1300-0000 0000 0000 07 ")
    assert (answer.status_code, answer.json) == (202, {"order": order_id})
    shown = v3_browser.get(V3_STATE).json["order"]
    assert (shown["charge"], shown["message_key"]) == ("sending", "charge_sending")
    assert shown["qr_svg_url"] is None
    assert "130000000000000007" not in v3_browser.get(V3_STATE).text
    assert "130000000000000007" not in v3_browser.get("/machine/platform-9").text
    v3.run()
    assert v3_browser.get(V3_STATE).json["order"]["charge"] == "asked"
    v3.platform.say(f"{order_id}_1", yes=False)
    v3.run(5_000)
    shown = v3_browser.get(V3_STATE).json["order"]
    assert (shown["charge"], shown["attempt"]["state"]) == ("failed", "failed")


WRITTEN_DOWN = [
    "1300 0000 0000 0000 07",
    "1300\u00a00000\u00a00000\u00a00000\u00a007",
    "1300\u20090000\u202f0000\u30000000 07\r\n",
    "1300-0000\u20130000\u20110000\u200b07",
]


@pytest.mark.parametrize("text", WRITTEN_DOWN)
def test_blanks_and_dashes_between_the_digits_count_for_nothing(v3, v3_browser, text):
    order_id = v3.buy()
    v3.platform.codes["130000000000000007"] = "asking"
    assert show(v3_browser, text).json == {"order": order_id}
    v3.run()
    assert v3.count("codepay") == 1


def test_a_program_may_write_them_as_people_do(v3):
    order_id = v3.buy()
    assert v3.service.present("platform-9", WRITTEN_DOWN[0]) == order_id


UNREAD = [("12", 422, "invalid"), ("", 422, "invalid"), ("1" * 65, 422, "invalid")]


@pytest.mark.parametrize(("text", "status", "code"), UNREAD)
def test_what_is_no_code_is_refused_in_the_one_shape(v3, v3_browser, text, status, code):
    v3.buy()
    answer = show(v3_browser, text)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_other_sites_cannot_present_codes(v3, v3_browser):
    v3.buy()
    assert show(v3_browser, "130000000000000007", token="guess").status_code == 403
    assert v3.count("codepay") == 0
