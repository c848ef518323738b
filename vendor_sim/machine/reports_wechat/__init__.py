"""The bodies of WeChat Pay API v3 in the domain's words, and by whom a machine believes them.

The adapter reads answers by it, the hook reads notifications: both say the same things.
"""

from vendor_sim.machine.reports_wechat.bill import refunds_in
from vendor_sim.machine.reports_wechat.bodies import (
    ASKING,
    CURRENCY,
    news_of,
    refund_report_of,
    report_of,
    version_of,
)
from vendor_sim.machine.reports_wechat.merchant import (
    Merchant,
    certificates_in,
    is_certificate_serial,
    merchant_of,
    why_not,
)

__all__ = [
    "ASKING",
    "CURRENCY",
    "Merchant",
    "certificates_in",
    "is_certificate_serial",
    "merchant_of",
    "news_of",
    "refund_report_of",
    "refunds_in",
    "report_of",
    "version_of",
    "why_not",
]
