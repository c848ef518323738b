"""Merchants of API v3: who they are, what they hold, and what is done to them on purpose."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from cryptography import x509

from vendor_sim.kernel.limits import TEXT_CHARS_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Role
from vendor_sim.payments.service import PLATFORM, MerchantSeed
from vendor_sim.payments.wechat import store
from vendor_sim.payments.wechat.minting import MerchantSecrets, mint_merchant, public_pem
from vendor_sim.payments.wechat.store import Behaviour, KeyMode, Merchant
from vendor_sim.storage.database import touch
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.service import Party, PaymentsService
    from vendor_sim.payments.wechat.calls import WechatSettings
    from vendor_sim.payments.wechat.minting import PlatformSecrets
    from vendor_sim.storage.database import Door
    from vendor_sim.wire.wechatpay import PublicKey

_MCHID = re.compile(r"[0-9]{10}", re.ASCII)
_FIRST_MCHID = 1_900_000_010
"""Numbers that are made up begin behind the demo's."""
_NORMAL = Behaviour()


@dataclass(frozen=True, slots=True)
class _Known:
    """A merchant with its certificate parsed."""

    merchant: Merchant
    public_key: PublicKey | None
    expires_at_ms: int


class Merchants:
    """All v3 merchants, kept in memory with their keys parsed, as ``Parties`` keeps the parties.

    A merchant is added and changed here only, and there is one process for each database.
    """

    def __init__(
        self, door: Door, clock: Clock, ids: Ids, service: PaymentsService, settings: WechatSettings
    ) -> None:
        self._door = door
        self._clock = clock
        self._ids = ids
        self._service = service
        self._settings = settings
        self._known: dict[str, _Known] = {}
        self._behaviours: dict[str, Behaviour] = {}
        self._by_serial: dict[str, str] = {}
        self.reload()

    def reload(self) -> None:
        """Know those in the database, and nobody else."""
        self._known.clear()
        self._behaviours.clear()
        self._by_serial.clear()
        for merchant in self._door.read(store.merchants):
            self._keep(merchant)

    def get(self, mchid: str) -> Merchant | None:
        """A merchant by its number; None where there is none."""
        known = self._known.get(mchid)
        return None if known is None else known.merchant

    def find(self, mchid: str) -> Merchant:
        """A merchant by a number that somebody gave.

        Raises:
            Refused: ``not_found``.
        """
        merchant = self.get(mchid)
        if merchant is None:
            raise Refused(Code.NOT_FOUND, f"no merchant {mchid!r} speaks WeChat Pay", "mchid")
        return merchant

    def all(self) -> list[Merchant]:
        """Every merchant, by number."""
        return [self._known[mchid].merchant for mchid in sorted(self._known)]

    def party(self, mchid: str) -> Party:
        """The same merchant among the platform's parties."""
        return self._service.parties.get(Role.MERCHANT, mchid)

    def public_key(self, mchid: str) -> PublicKey | None:
        """What a merchant's requests are verified with; None where it has no certificate."""
        return self._known[mchid].public_key

    def expires_at_ms(self, mchid: str) -> int:
        """When a merchant's certificate ends."""
        return self._known[mchid].expires_at_ms

    def of_serial(self, serial: str) -> Merchant | None:
        """Whose certificate has this serial number, written in upper or lower case ``[PROOF]``."""
        merchant = self.get(self._by_serial.get(serial.upper(), ""))
        return merchant if merchant and merchant.serial_no == serial.upper() else None

    def was_of(self, serial: str) -> str | None:
        """Whose certificate had this serial number, also where it was replaced since."""
        return self._by_serial.get(serial.upper())

    def plant(self, seed: MerchantSecrets) -> Merchant:
        """Add a merchant to begin with, or give the one of that number these secrets.

        Raises:
            Refused: ``invalid``, naming the field; ``exists`` where the certificate is another's.
        """
        _check(seed.mchid, seed.name)
        holder, known = self.of_serial(seed.serial_no), self.get(seed.mchid)
        if holder is not None and holder != known:
            raise Refused(Code.EXISTS, "another merchant has this certificate", "serial_no")
        created_at_ms = known.created_at_ms if known else self._clock.now_ms()
        values = {one.name: getattr(seed, one.name) for one in fields(MerchantSecrets)}
        merchant = Merchant(
            **{**values, "key_mode": KeyMode(seed.key_mode)}, created_at_ms=created_at_ms
        )
        if merchant != known:
            self._store(merchant)
        return merchant

    def create(self, mchid: str | None, name: str | None, key_mode: KeyMode | str) -> Merchant:
        """Make a merchant with keys of its own.

        Args:
            mchid: Ten digits; None takes the next free number.
            name: What people read; None makes one of the number.
            key_mode: cert, pubkey or switching.

        Raises:
            Refused: ``exists``; ``invalid`` names the field.
        """
        number = mchid or self._free()
        named = name or f"Merchant {number}"
        _check(number, named)
        if key_mode not in set(KeyMode):
            raise Refused(Code.INVALID, f"key_mode is one of {', '.join(KeyMode)}", "key_mode")
        if number in self._known:
            raise Refused(Code.EXISTS, f"there is a merchant {number} already", "mchid")
        now_ms, given = self._clock.now_ms(), self._settings
        return self.plant(
            mint_merchant(given.rsa, self._ids, now_ms, number, named, key_mode, given.platform)
        )

    def behaviour(self, mchid: str) -> Behaviour:
        """What the platform does to a merchant at the moment."""
        known = self._behaviours.get(mchid)
        if known is None:
            known = self._door.read(lambda cx: store.behaviour(cx, mchid))
            self._behaviours[mchid] = known
        return known

    def behave(self, mchid: str, **wishes: Any) -> Behaviour:
        """Treat a merchant in another way: fields of ``Behaviour``; those left out are normal.

        Raises:
            Refused: ``not_found``.
        """
        self.find(mchid)
        wanted = replace(_NORMAL, **wishes)
        self._door.transact(lambda cx: self._set(cx, mchid, wanted))
        return wanted

    def spend_answer(self, cx: Connection, mchid: str) -> None:
        """One provoked answer less; after the last the next one is normal."""
        was = store.behaviour(cx, mchid)
        if was.answer_left is not None:
            left = was.answer_left - 1
            spent = replace(was, answer_left=left)
            ended = replace(was, answer=_NORMAL.answer, answer_left=None)
            self._set(cx, mchid, spent if left > 0 else ended)

    def spend_notify(self, cx: Connection, mchid: str) -> None:
        """One provoked notification less; after the last the next one is normal."""
        was = store.behaviour(cx, mchid)
        if was.notify_left is not None:
            left = was.notify_left - 1
            spent = replace(was, notify_left=left)
            ended = replace(was, notify=_NORMAL.notify, notify_left=None)
            self._set(cx, mchid, spent if left > 0 else ended)

    def credentials(self, mchid: str, base_url: str) -> dict[str, Any]:
        """What a real merchant would hold; see :func:`credentials_of`.

        Raises:
            Refused: ``not_found``.
        """
        return credentials_of(self.find(mchid), self._settings.platform, base_url)

    def _free(self) -> str:
        number = _FIRST_MCHID
        while str(number) in self._known:
            number += 1
        return str(number)

    def _set(self, cx: Connection, mchid: str, wanted: Behaviour) -> None:
        store.put_behaviour(cx, mchid, wanted)
        touch(cx, PLATFORM)
        self._behaviours[mchid] = wanted

    def _store(self, merchant: Merchant) -> None:
        # Nobody is told this API key: it stands where /v1 wants one.
        api_key = hashlib.sha256(f"{merchant.mchid}:{merchant.private_key}".encode()).hexdigest()
        fee_ppm = self._settings.fee_ppm
        self._service.add_merchant(
            MerchantSeed(merchant.mchid, merchant.name, api_key, fee_ppm=fee_ppm)
        )
        self._door.transact(lambda cx: store.put_merchant(cx, merchant))
        self._keep(merchant)

    def _keep(self, merchant: Merchant) -> None:
        self._by_serial[merchant.serial_no] = merchant.mchid
        self._known[merchant.mchid] = _parsed(merchant)


def credentials_of(
    merchant: Merchant | MerchantSecrets, platform: PlatformSecrets, base_url: str
) -> dict[str, Any]:
    """What a merchant holds: ``{"merchant": {…merchant.json…}, "files": {name: text}}``.

    Args:
        merchant: Whose.
        platform: For its public key and its certificate in force.
        base_url: Where the world is reached.
    """
    certificate = platform.certificates[0].certificate
    document = {
        "base_url": base_url,
        "mchid": merchant.mchid,
        "appid": merchant.appid,
        "merchant_serial": merchant.serial_no,
        "apiv3_key": merchant.apiv3_key,
        "public_key_id": merchant.public_key_id,
        "platform_serial": wechatpay.serial_of_certificate(certificate),
        "key_mode": KeyMode(merchant.key_mode).value,
    }
    private = wechatpay.load_private_key(platform.public_key_private, minted=True)
    files = {
        "apiclient_key.pem": merchant.private_key,
        "apiclient_cert.pem": merchant.certificate,
        "pub_key.pem": public_pem(private.public_key()),
        "platform_cert.pem": certificate,
        "merchant.json": json.dumps(document, indent=2, ensure_ascii=False) + "\n",
    }
    return {"merchant": document, "files": files}


def _check(mchid: str, name: str) -> None:
    if not _MCHID.fullmatch(mchid):
        raise Refused(Code.INVALID, "a merchant's number has ten digits", "mchid")
    if not 1 <= len(name) <= TEXT_CHARS_MAX or "\0" in name:
        raise Refused(Code.INVALID, f"a name has 1 to {TEXT_CHARS_MAX} characters", "name")


def _parsed(merchant: Merchant) -> _Known:
    if not merchant.certificate:
        return _Known(merchant, None, 0)
    parsed = x509.load_pem_x509_certificate(merchant.certificate.encode())
    expires_at_ms = int(parsed.not_valid_after_utc.timestamp()) * 1000
    return _Known(
        merchant, wechatpay.public_key_of_certificate(merchant.certificate), expires_at_ms
    )
