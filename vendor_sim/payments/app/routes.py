"""Every route of ``/v1`` in one table.

The application is built from it and so is the OpenAPI document, so neither can lie.
"""

from __future__ import annotations

from vendor_sim.kernel.limits import STATEMENT_ROWS_MAX
from vendor_sim.kernel.problems import Code
from vendor_sim.payments.app.route import (
    ANYBODY,
    AUTHORISATION_ID,
    ID_FORM,
    KEY,
    MERCHANT,
    PROVIDER,
    Form,
    Param,
    Route,
)
from vendor_sim.wire import schemas

TRANSFERS_LISTED = 100
"""How many transfers are answered where nobody says."""
_HOLD_PROBLEMS = (Code.NOT_FOUND, Code.KEY_REUSED, Code.EXPIRED, Code.WRONG_STATE)
_REFUND_PROBLEMS = (
    *(Code.NOT_FOUND, Code.KEY_REUSED, Code.WRONG_STATE),
    *(Code.OVER_REFUND, Code.INSUFFICIENT_FUNDS),
)
_CODE_PROBLEMS = (
    *(Code.NOT_FOUND, Code.FOREIGN_CODE, Code.UNKNOWN_CODE, Code.ALREADY_PAID),
    *(Code.CLOSED, Code.EXPIRED, Code.MERCHANT_REFUSED),
)
_PAY_PROBLEMS = (
    *(Code.KEY_REUSED, *_CODE_PROBLEMS, Code.CURRENCY_MISMATCH),
    *(Code.AMOUNT_CHANGED, Code.INSUFFICIENT_FUNDS),
)
_INSTANT: Form = {"type": "string", "format": "date-time", "maxLength": 40}
_ORDER_REF = Param("order_ref", "The merchant's own name of the order.", ID_FORM, required=True)
_BEFORE = Param("before", "Only what stands before this seq.", {"type": "integer", "minimum": 0})
_LIMIT = Param(
    "limit",
    f"At most so many, {TRANSFERS_LISTED} if absent.",
    {"type": "integer", "minimum": 1, "maximum": STATEMENT_ROWS_MAX},
)
_FROM = Param("from", "The first instant; the beginning if absent.", _INSTANT)
_TO = Param("to", "The instant after the last; now if absent.", _INSTANT)

ROUTES: tuple[Route, ...] = (
    Route(
        "open_intent",
        "POST",
        "/v1/intents",
        "Ask the platform to collect for one order.",
        MERCHANT,
        schemas.IntentView,
        status=201,
        body=schemas.CreateIntent,
        key=KEY,
        problems=(Code.KEY_REUSED, Code.MERCHANT_REFUSED),
    ),
    Route(
        "list_intents",
        "GET",
        "/v1/intents",
        "The intents for one order, oldest first.",
        MERCHANT,
        schemas.IntentPage,
        query=(_ORDER_REF,),
    ),
    Route(
        "read_intent",
        "GET",
        "/v1/intents/{intent}",
        "How an intent stands.",
        MERCHANT,
        schemas.IntentView,
        problems=(Code.NOT_FOUND,),
    ),
    Route(
        "close_intent",
        "POST",
        "/v1/intents/{intent}/close",
        "Stop collecting.",
        MERCHANT,
        schemas.IntentView,
        body=schemas.Empty,
        problems=(Code.NOT_FOUND, Code.ALREADY_PAID),
    ),
    Route(
        "capture",
        "POST",
        "/v1/intents/{intent}/capture",
        "Post the hold.",
        MERCHANT,
        schemas.IntentView,
        body=schemas.Empty,
        key=KEY,
        problems=_HOLD_PROBLEMS,
    ),
    Route(
        "void",
        "POST",
        "/v1/intents/{intent}/void",
        "Drop the hold.",
        MERCHANT,
        schemas.IntentView,
        body=schemas.Empty,
        key=KEY,
        problems=_HOLD_PROBLEMS,
    ),
    Route(
        "fulfil",
        "POST",
        "/v1/intents/{intent}/fulfilment",
        "Tell the payer's wallet what became of the goods; the last word counts.",
        MERCHANT,
        schemas.IntentView,
        body=schemas.Fulfil,
        problems=(Code.NOT_FOUND, Code.WRONG_STATE),
    ),
    Route(
        "refund",
        "POST",
        "/v1/intents/{intent}/refunds",
        "Give part or all of a capture back; it reaches the payer a moment later.",
        MERCHANT,
        schemas.RefundView,
        status=201,
        body=schemas.CreateRefund,
        key=KEY,
        problems=_REFUND_PROBLEMS,
    ),
    Route(
        "list_refunds",
        "GET",
        "/v1/intents/{intent}/refunds",
        "What was given back of a capture, whoever asked for it, oldest first.",
        MERCHANT,
        schemas.RefundPage,
        problems=(Code.NOT_FOUND,),
    ),
    Route(
        "read_refund",
        "GET",
        "/v1/refunds/{refund}",
        "How a refund stands.",
        MERCHANT,
        schemas.RefundView,
        problems=(Code.NOT_FOUND,),
    ),
    Route(
        "resolve_code",
        "POST",
        "/v1/codes/resolve",
        "What a scanned code asks for.",
        PROVIDER,
        schemas.CodeView,
        body=schemas.ResolveCode,
        problems=_CODE_PROBLEMS,
    ),
    Route(
        "decline",
        "POST",
        "/v1/declines",
        "The payer says no; the intent stays open.",
        PROVIDER,
        schemas.CodeView,
        body=schemas.Decline,
        problems=_CODE_PROBLEMS,
    ),
    Route(
        "authorise",
        "POST",
        "/v1/authorisations",
        "The payer says yes to exactly this amount.",
        PROVIDER,
        schemas.AuthorisationView,
        status=201,
        body=schemas.Authorise,
        key=AUTHORISATION_ID,
        problems=_PAY_PROBLEMS,
    ),
    Route(
        "read_authorisation",
        "GET",
        "/v1/authorisations/{authorisation}",
        "What became of a yes, with the account as it stands now.",
        PROVIDER,
        schemas.AuthorisationView,
        problems=(Code.NOT_FOUND,),
    ),
    Route(
        "present_code",
        "POST",
        "/v1/payment-codes",
        "Make a code that the payer holds in front of a merchant's scanner.",
        PROVIDER,
        schemas.PresentedView,
        status=201,
        body=schemas.PresentCode,
        key=KEY,
        problems=(Code.NOT_FOUND, Code.KEY_REUSED),
    ),
    Route(
        "read_presented",
        "GET",
        "/v1/payment-codes/{code}",
        "What became of such a code; while it is asking, what the payer is asked to pay.",
        PROVIDER,
        schemas.PresentedView,
        problems=(Code.NOT_FOUND,),
    ),
    Route(
        "open_account",
        "POST",
        "/v1/accounts",
        "Open a payer account.",
        PROVIDER,
        schemas.AccountView,
        status=201,
        body=schemas.OpenAccount,
        key=KEY,
        problems=(Code.KEY_REUSED,),
    ),
    Route(
        "read_account",
        "GET",
        "/v1/accounts/{account}",
        "How an account stands: a provider's payer's, or a merchant's merchant:ID:CURRENCY.",
        ANYBODY,
        schemas.AccountView,
        problems=(Code.NOT_FOUND,),
    ),
    Route(
        "top_up",
        "POST",
        "/v1/accounts/{account}/top-ups",
        "Put demo money into a payer account.",
        PROVIDER,
        schemas.AccountView,
        body=schemas.TopUp,
        key=KEY,
        problems=(Code.NOT_FOUND, Code.KEY_REUSED),
    ),
    Route(
        "list_transfers",
        "GET",
        "/v1/accounts/{account}/transfers",
        "What moved on an account, newest first.",
        ANYBODY,
        schemas.TransferPage,
        problems=(Code.NOT_FOUND,),
        query=(_BEFORE, _LIMIT),
    ),
    Route(
        "read_statement",
        "GET",
        "/v1/accounts/{account}/statement",
        "What was posted from one instant to before another; opening plus deltas is closing.",
        ANYBODY,
        schemas.StatementView,
        problems=(Code.NOT_FOUND,),
        query=(_FROM, _TO),
    ),
)
