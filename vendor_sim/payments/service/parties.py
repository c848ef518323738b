"""Merchants and wallet providers: who they are, and whose key it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Party, Role
from vendor_sim.payments.service.kit import PLATFORM, hash_of, missing
from vendor_sim.payments.store import parties
from vendor_sim.storage.database import touch
from vendor_sim.wire import signing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.storage.database import Door

_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_FEE_PPM_MAX = 1_000_000
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class MerchantSeed:
    """A merchant to begin with.

    Attributes:
        api_key: Sent by it as ``Authorization: Bearer``; only a hash is kept.
        hook_url: Where its notices go; None for a merchant that only polls.
        hook_secrets: ``whsec_…`` texts; notices are signed with each.
        fee_ppm: What the platform keeps of its payments, in millionths.
    """

    id: str
    name: str
    api_key: str
    hook_url: str | None = None
    hook_secrets: tuple[str, ...] = ()
    fee_ppm: int = 0


@dataclass(frozen=True)
class ProviderSeed:
    """A wallet provider to begin with; its fields mean what a merchant's do."""

    id: str
    name: str
    api_key: str
    hook_url: str | None = None
    hook_secrets: tuple[str, ...] = ()


class Parties:
    """All merchants and providers, kept in memory so that asking who calls costs no statement.

    A party is added and changed here only, and there is one process for each database.
    """

    def __init__(self, door: Door, clock: Clock) -> None:
        self._door = door
        self._clock = clock
        self._by_id: dict[tuple[Role, str], Party] = {}
        self._by_hash: dict[str, Party] = {}
        self.reload()

    def reload(self) -> None:
        """Know those in the database, and nobody else."""
        self._by_id.clear()
        self._by_hash.clear()
        for party in self._door.read(parties.everybody):
            self._keep(party)

    def add_merchant(self, seed: MerchantSeed) -> Party:
        """Add a merchant, or change the one of that id.

        Raises:
            Refused: ``invalid`` names the field; ``exists`` where the API key is another's.
        """
        if not 0 <= seed.fee_ppm <= _FEE_PPM_MAX:
            raise Refused(Code.INVALID, f"a fee is 0 to {_FEE_PPM_MAX} millionths", "fee_ppm")
        return self._add(Role.MERCHANT, seed, seed.fee_ppm)

    def add_provider(self, seed: ProviderSeed) -> Party:
        """Add a wallet provider, or change the one of that id.

        Raises:
            Refused: As for a merchant.
        """
        return self._add(Role.PROVIDER, seed)

    def authenticate(self, api_key: str) -> Party:
        """Whose key it is.

        Raises:
            Refused: ``unauthenticated``.
        """
        party = self._by_hash.get(hash_of(api_key))
        if party is None:
            raise Refused(Code.UNAUTHENTICATED, "nobody has this API key", "Authorization")
        return party

    def get(self, role: Role, party_id: str) -> Party:
        """A party that is known to exist."""
        return self._by_id[role, party_id]

    def find(self, role: Role, party_id: str) -> Party:
        """A party by an id that somebody gave.

        Raises:
            Refused: ``not_found``.
        """
        party = self._by_id.get((role, party_id))
        if party is None:
            raise missing(role.value, party_id)
        return party

    def of_role(self, role: Role) -> list[Party]:
        """Everybody of a role, by id."""
        return sorted(
            (party for party in self._by_id.values() if party.role is role),
            key=lambda party: party.id,
        )

    def suspend(self, merchant_id: str, *, suspended: bool) -> Party:
        """Stop collecting for a merchant, or go on; what is held or taken stays as it is.

        Raises:
            Refused: ``not_found``.
        """
        known = self.find(Role.MERCHANT, merchant_id)
        since_ms = self._clock.now_ms() if suspended else None
        return self._store(replace(known, suspended_at_ms=since_ms))

    def _add(self, role: Role, seed: MerchantSeed | ProviderSeed, fee_ppm: int = 0) -> Party:
        _check(seed)
        known = self._by_id.get((role, seed.id))
        party = Party(
            role=role,
            id=seed.id,
            name=seed.name,
            key_hash=hash_of(seed.api_key),
            hook_url=seed.hook_url,
            hook_secrets=tuple(seed.hook_secrets),
            suspended_at_ms=known.suspended_at_ms if known else None,
            fee_ppm=fee_ppm,
        )
        holder = self._by_hash.get(party.key_hash, party)
        if (holder.role, holder.id) != (role, party.id):
            raise Refused(Code.EXISTS, "another party has this API key", "api_key")
        return party if party == known else self._store(party)

    def _store(self, party: Party) -> Party:
        def verb(cx: Connection) -> None:
            parties.put(cx, party)
            touch(cx, PLATFORM)

        self._door.transact(verb)
        return self._keep(party)

    def _keep(self, party: Party) -> Party:
        known = self._by_id.get((party.role, party.id))
        if known is not None:
            del self._by_hash[known.key_hash]
        self._by_id[party.role, party.id] = party
        self._by_hash[party.key_hash] = party
        return party


def _check(seed: MerchantSeed | ProviderSeed) -> None:
    if not _ID.fullmatch(seed.id):
        raise Refused(Code.INVALID, "an id has 1 to 64 letters, digits, _ . : or -", "id")
    if not _KEY.fullmatch(seed.api_key):
        raise Refused(Code.INVALID, "an API key has 1 to 200 visible characters", "api_key")
    try:
        signing.sign(seed.hook_secrets, "", 0, b"")
    except ValueError as error:
        raise Refused(Code.INVALID, str(error), "hook_secrets") from None
    if seed.hook_url is not None and not (seed.hook_secrets and _is_url(seed.hook_url)):
        raise Refused(Code.INVALID, "a hook is an http(s) address, with a secret", "hook_url")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0)
    except ValueError:
        return False
