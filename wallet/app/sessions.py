"""Who is signed in: a wallet's id in the signed cookie, and nothing else of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import redirect, request, session, url_for
from flask_babel import gettext as _

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from wallet.service import WalletService

_WALLET = "wallet"
_OWN_PATH = re.compile(r"/wallet/[A-Za-z0-9_./-]*", re.ASCII)


class SignInFirst(Exception):  # noqa: N818 - it says what to do
    """A page needs a signed-in wallet; the person comes back to it afterwards."""


class Sessions:
    """Signs wallets in and out.

    Args:
        service: Knows which wallets there are.
    """

    def __init__(self, service: WalletService) -> None:
        self._service = service

    def sign_in(self, wallet_id: str) -> None:
        """From now on this browser is that wallet; what it was before is forgotten."""
        web.begin_session(_WALLET, wallet_id)

    def sign_out(self) -> None:
        """This browser is nobody's."""
        session.pop(_WALLET, None)

    def wallet(self) -> dict[str, Any] | None:
        """The signed-in wallet, None where there is none (or no longer)."""
        wallet_id = session.get(_WALLET)
        if not isinstance(wallet_id, str):
            return None
        try:
            return self._service.wallet(wallet_id)
        except Refused:
            self.sign_out()
            return None

    def for_page(self) -> dict[str, Any]:
        """The signed-in wallet.

        Raises:
            SignInFirst: There is none; the page is shown after signing in.
        """
        found = self.wallet()
        if found is None:
            raise SignInFirst
        return found

    def for_program(self) -> dict[str, Any]:
        """The signed-in wallet.

        Raises:
            Refused: ``unauthenticated``.
        """
        found = self.wallet()
        if found is None:
            raise Refused(Code.UNAUTHENTICATED, _("Sign in to your wallet first."))
        return found


def to_sign_in(_error: Exception) -> ResponseReturnValue:
    """Send a person to the sign-in page, and back afterwards."""
    here = request.path if request.method == "GET" else None
    return redirect(url_for("wallet.home", next=here), 303)


def own_path(path: str | None) -> str | None:
    """A path of the wallet's own pages; anything else is no place to be sent to."""
    return path if path and _OWN_PATH.fullmatch(path) and "//" not in path else None
