"""A body that was spoilt on its way is known by its digest."""

from __future__ import annotations

import pytest

from vendor_sim.wire.digest import digest_of, is_whole
from vendor_sim.wire.http import Http, NoAnswer, Request, Response, Transport

# RFC 9530, section 2: the digest of a file with this text.
BODY = b'{"hello": "world"}\n'
TOLD = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


def test_it_is_written_as_the_rfc_writes_it() -> None:
    assert digest_of(BODY) == TOLD


@pytest.mark.parametrize("header", [TOLD, f"sha-512=:AA==:, {TOLD}", None, "", "md5=:AA==:"])
def test_what_is_whole_or_says_nothing_of_itself_is_believed(header: str | None) -> None:
    assert is_whole(BODY, header)


@pytest.mark.parametrize("place", range(len(BODY)))
def test_one_bit_anywhere_is_seen(place: int) -> None:
    spoilt = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
    assert not is_whole(spoilt, TOLD)


class Answers(Transport):
    """Always the same answer; keeps what it was asked."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers
        self.asked: list[Request] = []

    def handle_request(self, request: Request) -> Response:
        self.asked.append(request)
        return Response(200, headers=self.headers, content=BODY)


def test_a_spoilt_answer_is_none_and_a_whole_one_is_read() -> None:
    for told, whole in ((TOLD, True), (digest_of(b"else"), False)):
        carrier = Answers({"Content-Type": "application/json", "Content-Digest": told})
        http = Http("http://there", carrier, {})
        if whole:
            assert http.send("POST", "/", b"{}").body == {"hello": "world"}
            assert carrier.asked[0].headers["content-digest"] == digest_of(b"{}")
        else:
            with pytest.raises(NoAnswer, match="spoilt"):
                http.send("POST", "/", b"{}")
        http.close()
