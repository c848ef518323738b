"""How the tests' own WeChat Pay tells its merchants: sealed, signed, and sent again."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.machine.v3_keys import (
    APIV3_KEY,
    PUBLIC_KEY_ID,
    key,
    new_certificate,
    old_certificate,
    sealed,
)


class Notices:
    """The part of the platform that signs; ``signer`` names its key."""

    def _tell(self, kind, body, url):
        if url is not None:
            self.notices.append((url, self.notice(kind, body, f"notice-{len(self.log)}")))

    def notice(self, kind, body, notice_id, apiv3_key=APIV3_KEY):
        """The exact bytes of a notification."""
        name = kind.partition(".")[0].lower()
        resource = {"original_type": name, "algorithm": "AEAD_AES_256_GCM", **sealed(body, name)}
        if apiv3_key != APIV3_KEY:
            resource |= sealed(body, name, apiv3_key)
        document = {
            "id": notice_id,
            "create_time": "2026-09-21T22:13:20+08:00",
            "resource_type": "encrypt-resource",
            "event_type": kind,
            "summary": "成功",
            "resource": resource,
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def signed(self, body, off_s=0, signer=None):
        """The headers of one attempt to deliver."""
        serial, private = self.signer_named(signer or self.signer)
        stamp, nonce = str(self.clock.now_ms() // 1000 + off_s), f"nonce{len(self.log):027}"
        message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        signature = private.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": base64.b64encode(signature).decode(),
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def signer_named(self, name):
        if name == "public":
            return PUBLIC_KEY_ID, key("platform-public")
        serial, _ = {"old": old_certificate, "new": new_certificate}[name]()
        return serial, key(f"platform-{name}")
