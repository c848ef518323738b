# ruff: noqa: RUF001 - the platform writes Chinese
"""Every fact of the platform that nobody outside can verify: what we took, in one place.

The wire facts mark them *unverified* and suggest a behaviour. Each stands here once, so that it can
be changed when somebody knows better. Built in, since there is nothing to set: extra parameters are
ignored; a nonce may come again; a notification sent again has the same id and ciphertext with a
fresh signature; a redirect is no success of a hook; fees are rounded half up for each row of a
bill; keys of error bodies and of most answers are sorted.
"""

from __future__ import annotations

MALFORMED_BODY = "请求体不是合法的JSON，请检查请求参数"
"""The wording for a body that is no JSON object."""
ORDERPAID_STATUS = 400
"""From the public list of 2021; today's pages do not have the code."""
ORDER_CLOSED = "该订单已关闭"
"""The wording where a number is used again whose order was closed."""
UNKNOWN_ORDER_CLOSES = ("ORDER_NOT_EXIST", 404, "订单不存在")
"""Closing an order that is not there: not in that page's table; one report has ORDER_CLOSED."""
CODEPAY_WAITS = ("USERPAYING", 202, "需要用户输入支付密码")
"""Code pay while the payer types the password: 202 and a code, or 200 and a trade_state."""
AUTH_CODE_EXPIRE = ("AUTH_CODE_EXPIRE", 403, "101 付款码已过期，请退出重试")
AUTH_CODE_INVALID = ("AUTH_CODE_INVALID", 400, "101 付款码无效，请重新扫码")
AUTH_CODE_USED = ("AUTH_CODE_INVALID", 400, "101 每个二维码仅限使用一次，请刷新再试")
ORDER_REVERSED = ("ORDER_REVERSED", 400, "当前订单已经被撤销")
BANK_ERROR = ("BANK_ERROR", 500, "银行系统异常")
"""Errors of code pay: from an older public list, with the messages of API v2."""
AUTH_CODE_PATTERN = r"^1[0-5][0-9]{16}$"
"""18 digits that begin with 10 to 15: the classic rule, not on the page of v3."""
TRADE_STATE_DESC = {
    "SUCCESS": "支付成功",
    "REFUND": "订单发生过退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "REVOKED": "订单已撤销",
    "USERPAYING": "用户支付中",
    "PAYERROR": "支付失败",
}
"""All texts but that of SUCCESS are guesses."""
PROMOTION_DETAIL_ALWAYS = True
"""Real answers for paid orders send ``"promotion_detail": []`` also where no coupon was used."""
REFUND_ASSOCIATED_DATA = "refund"
"""In a refund's notification, by analogy with "transaction" in a payment's."""
REFUND_REENTERED = "订单金额或退款金额与之前请求不一致，请核实后再试"
"""The same out_refund_no with another amount: INVALID_REQUEST in real samples; a FAQ has a code
REFUND_FEE_MISMATCH of unknown status."""
BAD_DOWNLOAD = "账单下载token无效或已过期，请重新申请账单"
"""The code and the status of a bad download token are known, the wording is not."""
TRADE_OVERDUE = ("TRADE_OVERDUE", 403, "订单已经超过退款期限")
"""A refund after 365 days: the code is known, its status and wording are not."""
SIGN_MISMATCH = "错误的签名，验签失败"
"""Older hosts say this, with the details; newer ones "签名错误"."""
TRUNCATED_BODY_BYTES = 8
"""How much of the body the details of a signature error repeat, going by one public sample."""
SUSPENDED = ("NO_AUTH", 403, "商户状态不可用")
"""A merchant that the platform does not collect for: its numeric error is known, its code not."""
