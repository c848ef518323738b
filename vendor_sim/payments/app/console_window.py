"""What the console's pages ask of the dialect WeChat Pay API v3, which lives in a sibling room."""

from __future__ import annotations

from typing import Any, Protocol

Json = dict[str, Any]


class WechatWindow(Protocol):
    """The dialect as its operator sees it. Times are RFC 3339, amounts minor units."""

    def merchants(self) -> list[Json]:
        """Every merchant by number: mchid, name, appid, key_mode, behaviour."""
        ...

    def merchant(self, mchid: str, base_url: str) -> Json:
        """One merchant with its serial numbers and ids, without secrets. Refused: not_found."""
        ...

    def files(self, mchid: str, base_url: str) -> dict[str, str]:
        """What a merchant holds, by file name; with secrets. Refused: not_found."""
        ...

    def create(self, mchid: str | None, name: str | None, key_mode: str) -> str:
        """Make a merchant; its number. Refused: exists, or invalid naming the field."""
        ...

    def behave(self, mchid: str, wish: Json) -> Json:
        """Treat a merchant so; the behaviour in force. Refused: not_found, invalid."""
        ...

    def requests(self, mchid: str | None = None) -> list[Json]:
        """The last requests, newest first."""
        ...

    def request(self, number: int) -> Json:
        """One request, with ``came`` and ``why`` where its signature failed. Refused: not_found."""
        ...

    def order(self, intent_id: str) -> Json | None:
        """What an intent is in v3; None where it is another dialect's."""
        ...

    def opened(self, mchid: str, body: str) -> Json | None:
        """What a notification says, decrypted; None where that cannot be done."""
        ...

    def seal(self, headers: Json) -> Json:
        """Who signed an attempt: serial, key, probe."""
        ...
