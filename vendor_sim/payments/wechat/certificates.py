"""``GET /v3/certificates``: the platform's certificates, encrypted with the merchant's APIv3 key.

The answer is signed with one of those listed, which is what SDKs check it with the first time.
Source: ``[OAPI:v3/certificates]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography import x509

from vendor_sim.payments.wechat import problems
from vendor_sim.payments.wechat.calls import Answer, Family, Route
from vendor_sim.payments.wechat.fields import Rules, Text, check
from vendor_sim.payments.wechat.notices import encrypted
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from datetime import datetime

    from vendor_sim.payments.wechat.calls import Call, WechatKit
    from vendor_sim.payments.wechat.store import Merchant

    Json = dict[str, Any]

QUERY = Rules(Text("algorithm_type", "证书算法类型", one_of=("RSA", "SM2", "ALL")))
ASSOCIATED = "certificate"
"""The associated data of every encrypted certificate."""


class Certificates:
    """The platform's certificates, for merchants in certificate mode."""

    def __init__(self, kit: WechatKit) -> None:
        self._kit = kit

    def routes(self) -> tuple[Route, ...]:
        """The endpoint."""
        return (Route("GET", "/v3/certificates", self.certificates, Family.CERTIFICATES),)

    def certificates(self, call: Call) -> Answer:
        """All certificates that may sign: one, or two while the next one takes over.

        Raises:
            WechatError: ``PARAM_ERROR``; ``RESOURCE_NOT_EXISTS`` in public-key mode, and for SM2,
                which nobody here has.
        """
        check(QUERY, dict(call.query), "query")
        listed = self._kit.platform.certificates_for(call.merchant, call.behaviour)
        if not listed or call.query.get("algorithm_type") == "SM2":
            raise problems.no_platform_certificate()
        return Answer({"data": [self._entry(call.merchant, one.certificate) for one in listed]})

    def _entry(self, merchant: Merchant, pem: str) -> Json:
        parsed = x509.load_pem_x509_certificate(pem.encode())
        return {
            "serial_no": wechatpay.serial_of_certificate(pem),
            "effective_time": _beijing(parsed.not_valid_before_utc),
            "expire_time": _beijing(parsed.not_valid_after_utc),
            "encrypt_certificate": encrypted(
                self._kit.ids, merchant.apiv3_key, ASSOCIATED, pem.encode()
            ),
        }


def _beijing(at: datetime) -> str:
    return wechatpay.beijing(int(at.timestamp()) * 1000)
