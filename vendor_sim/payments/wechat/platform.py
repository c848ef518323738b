"""The platform's keyring: which of its keys it uses for whom. Parsed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.payments.wechat.minting import public_pem
from vendor_sim.payments.wechat.store import KeyMode
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.payments.wechat.minting import CertificateSecrets, PlatformSecrets
    from vendor_sim.payments.wechat.store import Behaviour, Merchant
    from vendor_sim.wire.wechatpay import PrivateKey, PublicKey

_ROLLOVER = "rollover"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key of the platform, with the name it signs under.

    Attributes:
        serial: 40 upper-case hexadecimal digits, or ``PUB_KEY_ID_…``.
        certificate: PEM; empty for the public key.
    """

    serial: str
    key: PrivateKey = field(repr=False)
    certificate: str = field(default="", repr=False)


class Platform:
    """What the platform signs with, and what merchants encrypt for.

    Attributes:
        public_pem: ``pub_key.pem``, the same for every merchant; each has its own id for it.
    """

    def __init__(self, secrets: PlatformSecrets) -> None:
        """Parse the keys.

        Raises:
            ValueError: One cannot be read.
        """
        self._public_key = wechatpay.load_private_key(secrets.public_key_private, minted=True)
        self._certificates = tuple(_certified(one) for one in secrets.certificates)
        self.public_pem = public_pem(self._public_key.public_key())

    def signer_for_answer(
        self, merchant: Merchant, behaviour: Behaviour, request_serial: str | None
    ) -> Signer:
        """Who signs an answer.

        A merchant in public-key mode gets that key always; one that switches gets it where the
        request's ``Wechatpay-Serial`` asks for it, and else the certificate's ``[FORUM]``.
        """
        mode = _mode(merchant, behaviour)
        asked = mode == KeyMode.SWITCHING and request_serial == merchant.public_key_id
        return self._signer(merchant, mode, public=asked)

    def signer_for_notice(self, merchant: Merchant, behaviour: Behaviour, ordinal: int) -> Signer:
        """Who signs a notification: while switching, every second one gets the public key.

        Args:
            merchant: Whom it is for.
            behaviour: What was asked for, for this merchant.
            ordinal: Its number among the merchant's, from 0.
        """
        mode = _mode(merchant, behaviour)
        return self._signer(merchant, mode, public=mode == KeyMode.SWITCHING and ordinal % 2 == 1)

    def certificates_for(self, merchant: Merchant, behaviour: Behaviour) -> list[Signer]:
        """The certificates a merchant may fetch: two while the next one takes over.

        There are none in public-key mode ``[PHP README]``.
        """
        mode = _mode(merchant, behaviour)
        if mode == KeyMode.PUBKEY:
            return []
        return list(self._certificates if mode == _ROLLOVER else self._certificates[:1])

    def name_of(self, serial: str) -> str | None:
        """Which key of the platform's own a serial number names; None where none."""
        if serial.upper() in {one.serial for one in self._certificates}:
            return "the platform's certificate"
        return "the platform's public key" if serial.startswith("PUB_KEY_ID_") else None

    def public_keys(self, merchant: Merchant) -> dict[str, PublicKey]:
        """Every key that may have signed for this merchant, by its serial number or id."""
        keys = {one.serial: one.key.public_key() for one in self._certificates}
        return {merchant.public_key_id: self._public_key.public_key(), **keys}

    def decrypt_key(
        self, merchant: Merchant, behaviour: Behaviour, serial: str | None
    ) -> PrivateKey | None:
        """The key that a sensitive field was encrypted for; None where it is none of those in use.

        Args:
            merchant: Who encrypted it.
            behaviour: What was asked for, for this merchant.
            serial: The request's ``Wechatpay-Serial``, in any case.
        """
        mode = _mode(merchant, behaviour)
        if serial == merchant.public_key_id:
            return self._public_key if mode in {KeyMode.PUBKEY, KeyMode.SWITCHING} else None
        wanted = (serial or "").upper()
        in_use = self.certificates_for(merchant, behaviour)
        return next((one.key for one in in_use if one.serial == wanted), None)

    def _signer(self, merchant: Merchant, mode: str, *, public: bool) -> Signer:
        if public or mode == KeyMode.PUBKEY:
            return Signer(merchant.public_key_id, self._public_key)
        return self._certificates[mode == _ROLLOVER]


def _mode(merchant: Merchant, behaviour: Behaviour) -> str:
    return behaviour.key or merchant.key_mode


def _certified(secrets: CertificateSecrets) -> Signer:
    serial = wechatpay.serial_of_certificate(secrets.certificate)
    key = wechatpay.load_private_key(secrets.private_key, minted=True)
    return Signer(serial, key, secrets.certificate)
