# ruff: noqa: RUF001 - the platform writes Chinese
"""What WeChat Pay API v3 says when it refuses: one callable for each row of the tables.

    raise problems.order_not_exist()

Sources: the wire facts 2.3 (signatures, all 401) and 5.1 (codes). The same code can have another
HTTP status at another endpoint ``[S3P:errors]``. What is a guess comes from ``unverified``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.payments.wechat import unverified

if TYPE_CHECKING:
    from collections.abc import Mapping

PARAMETER_NUMBER = 268435461
"""The numeric error at the end of a ``Request-ID`` where no better one is known ``[SK]``."""
MISSING = "输入源“{path}”映射到字段“{name}”必填性规则校验失败，此字段为必填项"
"""For a required field that is missing, with ``"value": ""`` in the detail: a real answer, in
issue 69 of node-easywechat and in a test payload of guzzle/psr7. Only the wordings for values of
the wrong length or range have a kind of value before 字段."""


class WechatError(Exception):
    """A request that the platform refuses, as it says so on the wire.

    Attributes:
        code: Like ``PARAM_ERROR``.
        status: The HTTP status.
        message: For people, in the platform's own words.
        detail: An object with more, where the platform sends one.
        number: The numeric error in the ``Request-ID``.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        detail: Mapping[str, Any] | None = None,
        number: int = PARAMETER_NUMBER,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.detail = detail
        self.number = number

    @property
    def document(self) -> dict[str, Any]:
        """The body; its keys are sorted, as in real answers."""
        body: dict[str, Any] = {"code": self.code}
        if self.detail is not None:
            body["detail"] = dict(self.detail)
        body["message"] = self.message
        return body


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the tables; called, it makes the error to raise."""

    code: str
    status: int
    message: str
    number: int = PARAMETER_NUMBER

    def __call__(
        self, message: str | None = None, detail: Mapping[str, Any] | None = None
    ) -> WechatError:
        """The error, with the row's message unless another is given."""
        return WechatError(self.code, self.status, message or self.message, detail, self.number)


def _sign(message: str) -> Row:
    return Row("SIGN_ERROR", 401, message, 268443699)


# -- signatures: table 2.3, in the order in which they are looked for -----------------------------

header_malformed = _sign("Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》")
"""No ``Authorization``, or none that can be read: certificates, refunds and bills."""
signature_missing = _sign("签名信息错误，验签失败")
"""The same on ``/v3/pay/transactions/…``."""
wrong_scheme = _sign("HTTP头Authorization认证类型不正确")
"""The ``Authorization`` is of another type."""
stale_timestamp = _sign("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
"""Over five minutes off; told before anybody looks at the signature."""
wrong_serial = _sign("商户证书序列号有误。请使用签名私钥匹配的证书序列号")
"""No such merchant, or not the serial number of its certificate."""
certificate_expired = _sign("商户证书已过期")
"""The merchant's certificate is too old."""
certificate_revoked = _sign("商户证书已作废")
"""The merchant has another certificate by now."""
no_apiv3_key = _sign("商户未设置APIv3密钥。")
"""The merchant never set an APIv3 key."""
no_certificate = _sign("商户未申请过证书。")
"""The merchant never applied for a certificate."""


def sign_mismatch(method: str, target: str, length: int, truncated: str) -> WechatError:
    """The signature is not of these bytes, or not by this key.

    Args:
        method: The request's.
        target: Path and query.
        length: Bytes of the message that should have been signed.
        truncated: That message with its body cut short.
    """
    detail = {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": method,
            "sign_message_length": length,
            "truncated_sign_message": truncated,
            "url": target,
        },
    }
    return _sign(unverified.SIGN_MISMATCH)(None, detail)


mchid_mismatch = Row(
    "PARAM_ERROR", 400, "http header中的mchid与post payload中的mchid不匹配", 268447843
)
"""The request is signed by one merchant and speaks of another: the sixth of table 2.3."""

# -- codes: table 5.1 -----------------------------------------------------------------------------


def param_error(
    message: str, detail: Mapping[str, Any] | None = None, number: int = PARAMETER_NUMBER
) -> WechatError:
    """A field breaks a rule. ``detail`` has ``location`` (body, uri_template, query), ``value``."""
    return WechatError("PARAM_ERROR", 400, message, detail, number)


def malformed_body() -> WechatError:
    """The body is no JSON object."""
    return param_error(unverified.MALFORMED_BODY, {"location": "body"})


def missing_field(path: str, name: str, location: str = "body") -> WechatError:
    """A required field is missing; ``path`` like ``/body/description``, ``name`` in Chinese."""
    message = MISSING.format(path=path, name=name)
    return param_error(message, {"location": location, "value": ""})


def invalid_request(message: str, number: int = PARAMETER_NUMBER) -> WechatError:
    """A rule of the business is broken."""
    return WechatError("INVALID_REQUEST", 400, message, None, number)


def mch_not_exists(*, refund: bool = False) -> WechatError:
    """No such merchant; 404 at refunds, 400 elsewhere."""
    return WechatError("MCH_NOT_EXISTS", 404 if refund else 400, "商户号不存在", None, 268443715)


def resource_not_exists(message: str) -> WechatError:
    """No such thing: ``订单不存在`` and ``退款单不存在`` at refunds."""
    return WechatError("RESOURCE_NOT_EXISTS", 404, message, None, 268512771)


def service_unavailable(status: int = 503) -> WechatError:
    """Nobody is there to answer (502 or 503)."""
    return WechatError("SERVICE_UNAVAILABLE", status, "服务不可用")


def _guess(fact: tuple[str, int, str], number: int = PARAMETER_NUMBER) -> Row:
    return Row(*fact, number)


headers_missing = Row("INVALID_REQUEST", 400, "Http头缺少Accept或User-Agent")
"""No ``User-Agent`` or ``Accept``: certificates and refunds, before the signature."""
wrong_key_serial = Row("PARAM_ERROR", 400, "平台证书序列号Wechatpay-Serial错误")
"""``Wechatpay-Serial`` names no key that sensitive fields may be encrypted for."""
reentered_differently = Row(
    *("INVALID_REQUEST", 400, "订单重入时，要求参数值与原请求一致，请确认参数问题。", 268498688)
)
"""The same out_trade_no with other parameters."""
refund_reentered_differently = Row("INVALID_REQUEST", 400, unverified.REFUND_REENTERED, 268498688)
"""The same out_refund_no with other amounts, or a total that is not the order's."""
bad_bill_token = Row("INVALID_REQUEST", 400, unverified.BAD_DOWNLOAD)
"""The download's token is unknown, or too old."""
not_ordinary_close = Row(
    *("INVALID_REQUEST", 400, "当前交易不允许进行普通关单（只能撤销）", 268449641)
)
"""A code-pay order can be reversed, not closed."""
appid_mismatch = Row("APPID_MCHID_NOT_MATCH", 400, "商户号与appid不匹配", 268445527)
"""The appid is not bound to this merchant."""
order_closed = Row("ORDER_CLOSED", 400, unverified.ORDER_CLOSED, 268447914)
"""The order is closed: a new one needs a new number."""
order_paid = Row("ORDERPAID", unverified.ORDERPAID_STATUS, "该订单已支付", 268449538)
"""The order is paid: it cannot be closed, nor created again."""
out_trade_no_used = Row("OUT_TRADE_NO_USED", 403, "商户订单号重复", 268498688)
"""The number is used under another trade type."""
no_auth = Row("NO_AUTH", 403, "商户无权限", 268448010)
"""The product is not enabled, or it is another merchant's."""
suspended = _guess(unverified.SUSPENDED, 268443715)
"""The platform does not collect for this merchant."""
rule_limit = Row("RULE_LIMIT", 403, "业务规则限制")
"""A limit of the business; the message says which."""
trade_error = Row("TRADE_ERROR", 403, "交易错误")
"""The trade cannot do that; the message says why."""
trade_overdue = _guess(unverified.TRADE_OVERDUE)
"""A refund comes over 365 days after the payment."""
not_enough = Row("NOT_ENOUGH", 403, "基本账户余额不足，请充值后重新发起")
"""The merchant (refunds) or the payer (code pay) has not enough money."""
user_account_abnormal = Row("USER_ACCOUNT_ABNORMAL", 403, "用户账户注销")
"""The payer's account is closed (refunds)."""
account_error = Row("ACCOUNT_ERROR", 403, "用户账户异常")
"""The payer's account cannot pay (code pay)."""
order_not_exist = Row("ORDER_NOT_EXIST", 404, "订单不存在", 268512771)
"""No such order (queries)."""
closing_unknown_order = _guess(unverified.UNKNOWN_ORDER_CLOSES, 268512771)
"""No such order (close)."""
no_platform_certificate = Row(
    "RESOURCE_NOT_EXISTS",
    404,
    "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"
    "可查看指引https://pay.weixin.qq.com/doc/v3/merchant/4012153196",
    268512771,
)
"""The merchant has the public-key mode only ``[PHP README]``."""
no_statement = Row("NO_STATEMENT_EXIST", 400, "账单文件不存在")
"""Nothing happened on that day (bills)."""
statement_creating = Row("STATEMENT_CREATING", 400, "账单生成中，请稍后再试")
"""The bill of that day is not made yet."""
frequency_limited = Row("FREQUENCY_LIMITED", 429, "频率超限", 268447840)
"""Too many requests."""
system_error = Row("SYSTEM_ERROR", 500, "系统错误", 268435464)
"""Something failed over there: send the same again."""
user_paying = _guess(unverified.CODEPAY_WAITS, 268443721)
"""The payer has to type the password (code pay)."""
auth_code_expired = _guess(unverified.AUTH_CODE_EXPIRE)
"""The payer's code is over a minute old."""
auth_code_invalid = _guess(unverified.AUTH_CODE_INVALID)
"""Nobody's code."""
auth_code_used = _guess(unverified.AUTH_CODE_USED)
"""The payer's code was used already."""
order_reversed = _guess(unverified.ORDER_REVERSED)
"""The order was reversed."""
bank_error = _guess(unverified.BANK_ERROR)
"""The payer's bank failed."""
