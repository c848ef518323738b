"""The keys that a merchant holds: its own, and those of the platform that it believes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]
_NONCE_CHARS = 32


class ShopKeys:
    """Signs, verifies and decrypts with what was handed out, and with nothing else.

    Args:
        credentials: ``{"merchant": {…}, "files": {name: text}}``.
        now_ms: The shop's clock.

    Attributes:
        mchid, appid: Who the merchant is.
        base_url: Where it is told to find the platform.
        known: The platform's keys that it believes, by serial number or public-key id.
        drift_ms: How far its clock is off when it signs.
        serial: Which certificate it says it signs with.
        key: What it signs with.
        rewrites: Whether it signs a body that it wrote anew, with spaces, and not the one it sends.
    """

    def __init__(self, credentials: Json, now_ms: Callable[[], int]) -> None:
        about, files = credentials["merchant"], credentials["files"]
        self.mchid, self.appid = str(about["mchid"]), str(about["appid"])
        self.base_url = str(about["base_url"])
        self.serial = str(about["merchant_serial"])
        self.key = wechatpay.load_private_key(files["apiclient_key.pem"], minted=True)
        self.drift_ms = 0
        self.rewrites = False
        self.known: dict[str, wechatpay.PublicKey] = {}
        self._now_ms = now_ms
        self._apiv3_key = str(about["apiv3_key"])
        self._nonces = 0
        self._public = (str(about["public_key_id"]), files["pub_key.pem"])
        if about["key_mode"] != "cert":
            self.believe_public_key()
        if about["key_mode"] != "pubkey":
            self.believe(files["platform_cert.pem"])

    @property
    def newest(self) -> str:
        """The serial number or public-key id of the key that it learned last."""
        return next(reversed(self.known))

    def authorization(self, method: str, target: str, body: bytes) -> str:
        """The ``Authorization`` of a request."""
        self._nonces += 1
        if self.rewrites and body:
            body = json.dumps(json.loads(body), ensure_ascii=False).encode()
        nonce = f"{self._nonces:0{_NONCE_CHARS}d}"
        at_ms = self._now_ms() + self.drift_ms
        return wechatpay.authorization(
            *(self.key, self.mchid, self.serial, method, target, body, at_ms, nonce)
        )

    def why_not(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Why a message cannot be believed; None where it can."""
        return wechatpay.why_not(headers, body, self.known, self._now_ms())

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether a message names a key that the shop has."""
        return headers.get(wechatpay.SERIAL.lower()) in self.known

    def believe(self, certificate: str) -> None:
        """Take a certificate of the platform in."""
        serial = wechatpay.serial_of_certificate(certificate)
        self.known[serial] = wechatpay.public_key_of_certificate(certificate)

    def believe_public_key(self) -> None:
        """Take the platform's public key in, which every merchant is handed."""
        key_id, pem = self._public
        self.known[key_id] = wechatpay.load_public_key(pem)

    def opened(self, sealed: Json) -> bytes:
        """Decrypt what was encrypted for this merchant.

        Raises:
            ValueError: It was encrypted with another key.
        """
        return wechatpay.unseal(
            *(self._apiv3_key, sealed["nonce"], sealed["associated_data"], sealed["ciphertext"])
        )

    def read(self, sealed: Json) -> Json:
        """Decrypt a document."""
        document: Json = json.loads(self.opened(sealed))
        return document

    def for_platform(self, text: str) -> str:
        """Encrypt a field that nobody but the platform may read.

        The same text comes out as other bytes each time, whatever the seed of the world: that is
        what the scheme (RSA-OAEP) is for.
        """
        return wechatpay.encrypt_field(self.known[self.newest], text)
