"""The verbs of the payment platform. Every one is a single transaction."""

from vendor_sim.payments.domain import Party
from vendor_sim.payments.service.kit import PLATFORM, intent_topic
from vendor_sim.payments.service.notices import NOTIFY, Outcome, Outgoing
from vendor_sim.payments.service.parties import MerchantSeed, ProviderSeed
from vendor_sim.payments.service.platform import TABLES, PaymentsService
from vendor_sim.payments.service.refunding import FINISH_REFUND
from vendor_sim.payments.service.settling import EXPIRE

__all__ = [
    "EXPIRE",
    "FINISH_REFUND",
    "NOTIFY",
    "PLATFORM",
    "TABLES",
    "MerchantSeed",
    "Outcome",
    "Outgoing",
    "Party",
    "PaymentsService",
    "ProviderSeed",
    "intent_topic",
]
