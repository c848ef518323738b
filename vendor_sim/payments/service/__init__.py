"""The verbs of the payment platform. Every one is a single transaction."""

from vendor_sim.payments.domain import Party
from vendor_sim.payments.service.collecting import Ask
from vendor_sim.payments.service.dialects import V1, Dialect, Telling
from vendor_sim.payments.service.envelopes import Envelope, Sealed, StandardEnvelope
from vendor_sim.payments.service.kit import PLATFORM, intent_topic
from vendor_sim.payments.service.lanes import LANES, destination
from vendor_sim.payments.service.notices import Delivery, Outcome, Outgoing
from vendor_sim.payments.service.parties import MerchantSeed, ProviderSeed
from vendor_sim.payments.service.platform import TABLES, PaymentsService
from vendor_sim.payments.service.refunding import FINISH_REFUND
from vendor_sim.payments.service.settling import EXPIRE, LAPSE
from vendor_sim.payments.service.views import WECHAT

__all__ = [
    "EXPIRE",
    "FINISH_REFUND",
    "LANES",
    "LAPSE",
    "PLATFORM",
    "TABLES",
    "V1",
    "WECHAT",
    "Ask",
    "Delivery",
    "Dialect",
    "Envelope",
    "MerchantSeed",
    "Outcome",
    "Outgoing",
    "Party",
    "PaymentsService",
    "ProviderSeed",
    "Sealed",
    "StandardEnvelope",
    "Telling",
    "destination",
    "intent_topic",
]
