"""Scanning: by camera, picture, text or link; with and without script."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import CODE, TOKEN, WECHAT
from tests.wallet.phone import HTML
from tests.wallet.pictures import code_image, encoded

FRAME = code_image(CODE)


def raw_frame(phone, raw, width, height):
    headers = {"X-Width": str(width), "X-Height": str(height)}
    return phone.post(
        "/wallet/frames", data=raw, content_type="application/octet-stream", headers=headers
    )


def test_a_camera_frame_becomes_a_scan(phone):
    answer = raw_frame(phone, FRAME.tobytes(), FRAME.width, FRAME.height)
    assert answer.status_code == 200
    assert (answer.json["found"], answer.json["text"]) == (True, CODE)
    assert answer.json["url"] == f"/wallet/s/{answer.json['scan']}"
    assert phone.see(answer.json["url"]).status_code == 200


def test_the_code_of_a_v3_merchant_is_read_off_its_screen(pete, phone):
    frame = code_image(WECHAT)
    answer = raw_frame(phone, frame.tobytes(), frame.width, frame.height)
    assert answer.json["text"] == WECHAT
    pete.run()
    assert pete.scan(answer.json["scan"])["state"] == "asking"


def test_a_frame_without_a_code_is_no_error(phone):
    assert raw_frame(phone, bytes(640 * 480), 640, 480).json == {"found": False}


def test_a_posted_picture_becomes_a_scan(phone):
    answer = phone.post("/wallet/frames", data=encoded(FRAME), content_type="image/png")
    assert answer.json["text"] == CODE


@pytest.mark.parametrize(
    ("raw", "width", "height", "status", "where"),
    [
        (b"", "", "", 422, "X-Width"),
        (b"", "640", "٤٨٠".encode().decode("latin-1"), 422, "X-Height"),
        (b"", "640", "-480", 422, "X-Height"),
        (b"123", "640", "480", 422, "body"),
        (b"", "99999", "99999", 413, "X-Width"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused(phone, raw, width, height, status, where):
    answer = raw_frame(phone, raw, width, height)
    assert (answer.status_code, answer.json["error"]["where"]) == (status, where)


@pytest.mark.parametrize(("size", "status"), [(100, 400), (30_000_000, 413)])
def test_what_is_no_picture_or_an_endless_one_is_refused(phone, size, status):
    answer = phone.post("/wallet/frames", data=bytes(size), content_type="image/png")
    assert answer.status_code == status


def test_a_scanned_text_becomes_a_scan(phone):
    answer = phone.post("/wallet/scans", {"code": CODE})
    assert answer.status_code == 201
    assert answer.json == {"scan": answer.json["scan"], "url": f"/wallet/s/{answer.json['scan']}"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"code": ""}, 422),
        ({"code": 7}, 422),
        ({"code": "x" * 1_025}, 422),
        ({"code": "x", "more": 1}, 422),
        ([], 400),
    ],
)
def test_a_scan_in_a_wrong_shape_is_refused(phone, body, status):
    assert phone.post("/wallet/scans", body).status_code == status


@pytest.mark.parametrize("raw", [b"[" * 10_000, b'{"code":"\\u0000"}', b'{"code":"\\ud800"}', b"x"])
def test_a_body_that_is_no_plain_json_is_refused(phone, raw):
    answer = phone.post("/wallet/scans", data=raw, content_type="application/json")
    assert answer.status_code == 400


def test_a_typed_code_works_without_script(phone):
    answer = phone.submit("/wallet/scan", code=f" {TOKEN.upper()} ")
    assert answer.status_code == 303
    assert answer.location.startswith("/wallet/s/sc_")


@pytest.mark.parametrize("code", ["", "x" * 1_025, "a\0b"])
def test_a_typed_code_that_is_none_is_explained(phone, code):
    answer = phone.submit("/wallet/scan", code=code)
    assert answer.status_code == 422
    assert "Type the code" in answer.text


def send_picture(phone, raw):
    """A form with a file, as a browser writes it."""
    part = b'--part\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"csrf_token", b"", phone.token.encode())
    body += part % (b"picture", b'; filename="x.png"', raw) + b"--part--\r\n"
    kind = "multipart/form-data; boundary=part"
    return phone.client.post("/wallet/scan/picture", data=body, content_type=kind, headers=HTML)


def test_a_picture_works_without_script(phone):
    answer = send_picture(phone, encoded(FRAME))
    assert answer.status_code == 303
    assert answer.location.startswith("/wallet/s/sc_")


@pytest.mark.parametrize(
    ("raw", "status", "says"),
    [
        (encoded(code_image("x").point(lambda _: 255)), 422, "There is no QR code"),
        (b"none", 400, "That is no picture"),
        (bytes(8 * 1024 * 1024 + 1), 413, "That picture is too large"),
        (bytes(30_000_000), 413, ""),
    ],
)
def test_a_picture_that_cannot_be_used_is_explained(phone, raw, status, says):
    answer = send_picture(phone, raw)
    assert answer.status_code == status
    assert says in answer.text


def test_a_form_without_a_picture_is_explained(phone):
    assert phone.submit("/wallet/scan/picture").status_code == 400


def test_a_link_from_the_phones_own_camera_leads_to_the_question(phone):
    first = phone.see(f"/wallet/p/{TOKEN}")
    assert first.status_code == 303
    assert phone.see(f"/wallet/p/{TOKEN}").location == first.location
