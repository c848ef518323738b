"""Where the customers of a simulation go: three machines that differ in all that machines can."""

from __future__ import annotations

from vendor_sim.world.plan import MachinePlan, MerchantPlan, Plan, SlotPlan, WalletPlan

PIN = "482913"
WRONG_PIN = "000000"
HALL = MachinePlan(
    "hall",
    "Hall",
    "hold",
    "CNY",
    (SlotPlan("A1", "Tea", 450), SlotPlan("A2", "Cola", 355), SlotPlan("B1", "Soup", 601, 2)),
)
"""Holds the money until the drink falls."""
PIER = MachinePlan(
    "pier",
    "Pier",
    "at_once",
    "JPY",
    (SlotPlan("A1", "Tea", 160), SlotPlan("A2", "Coffee", 131, 2)),
)
"""Takes the money at once, in a currency without decimals."""
TRACK = MachinePlan(
    "track",
    "Track 9",
    "at_once",
    "CNY",
    (SlotPlan("A1", "Water", 300), SlotPlan("A2", "Juice", 487), SlotPlan("C1", "Gold", 100_100)),
    speaks="wechat_v3",
    mchid="1900000009",
)
"""Speaks WeChat Pay and has a scanner; above 1,000 CNY the payer is asked first."""
MACHINES = (HALL, PIER, TRACK)
_FLOAT_MINOR = {"ada": 300, "bo": 250, "yuki": 120}
"""What each wallet holds at the start for every purchase that is planned: bo's runs dry."""
_CURRENCY = {"yuki": "JPY"}
_RICH_MINOR = 1_000_000
"""Who buys gold has this beside it."""
_POOR_MINOR = 400
POOR = "pip"
RICH = "ada"


def plan_for(purchases: int) -> Plan:
    """Everything there is at the start of a simulation with so many customers."""
    return Plan(
        machines=MACHINES,
        wallets=(
            *(
                WalletPlan(
                    *(name, name.title(), _CURRENCY.get(name, "CNY")),
                    share_minor * purchases + (_RICH_MINOR if name == RICH else 0),
                    PIN,
                )
                for name, share_minor in _FLOAT_MINOR.items()
            ),
            WalletPlan(POOR, "Pip", "CNY", _POOR_MINOR, PIN),
        ),
        merchants=(MerchantPlan("1900000009", "Track 9"),),
    )


PAYERS = {
    "hall": {"ada": 5, "bo": 5, POOR: 1, "yuki": 1},
    "pier": {"yuki": 10, "ada": 1},
    "track": {"ada": 5, "bo": 4, POOR: 1},
}
"""Who comes to which machine, by weight; now and then somebody with the wrong currency."""
