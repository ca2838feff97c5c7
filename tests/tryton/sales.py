"""The sales that opportunities were converted to: what happens to them moves the opportunity."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from tests.tryton.rpc import Record, Rpc

SALE = "model.sale.sale."

# In which state a sale has to be for each action, and in which it is afterwards.
STEPS = {
    "quote": ({"draft"}, "quotation"),
    "confirm": ({"quotation"}, "processing"),
    "cancel_sale": ({"draft", "quotation"}, "cancelled"),
    "quote_again": ({"cancelled"}, "quotation"),
}


@dataclass
class Sales:
    rpc: Rpc
    sale_ids: dict[int, int] = field(default_factory=dict)
    prices: dict[int, Decimal] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    """All three by the id of the opportunity."""

    def prepare(self, ids: list[int], amounts: dict[int, Decimal]) -> None:
        """Make the new sales of these opportunities fit to be quoted, for less than was hoped."""
        origins = [f"sale.opportunity,{i}" for i in ids if i not in self.sale_ids]
        names = ["origin", "untaxed_amount"]
        sales = self.rpc.call(
            SALE + "search_read", [["origin", "in", origins]], 0, None, None, names
        )
        pairs: list[object] = []
        for sale in sales:
            opportunity = int(sale["origin"].partition(",")[2])
            # By hand, or its confirmation would make invoices, for which there are no accounts.
            values: Record = {"invoice_method": "manual", "shipment_method": "manual"}
            price = sale["untaxed_amount"]
            if not price:
                price = (amounts[opportunity] * Decimal("0.9")).quantize(Decimal("0.01"))
                line = {"type": "line", "description": "Work", "quantity": 1, "unit_price": price}
                values["lines"] = [["create", [line]]]
            pairs += [[sale["id"]], values]
            self.sale_ids[opportunity] = sale["id"]
            self.prices[opportunity] = price
            self.states[opportunity] = "draft"
        if pairs:
            self.rpc.call(SALE + "write", *pairs)

    def ready_for(self, action: str) -> list[int]:
        """The opportunities whose sale is in a state for it."""
        states, _ = STEPS[action]
        return [opportunity for opportunity, state in self.states.items() if state in states]

    def act(self, action: str, ids: list[int]) -> dict[int, Record]:
        """Do it to their sales, and say what it has to make of each opportunity."""
        sales = [self.sale_ids[opportunity] for opportunity in ids]
        if action == "quote_again":
            # Of this step alone the opportunity hears nothing.
            self.rpc.call(SALE + "draft", sales)
        button = {"cancel_sale": "cancel", "quote_again": "quote"}.get(action, action)
        self.rpc.call(SALE + button, sales)
        _, state = STEPS[action]
        self.states |= dict.fromkeys(ids, state)
        return {opportunity: self._news(action, opportunity) for opportunity in ids}

    def _news(self, action: str, opportunity: int) -> Record:
        today = datetime.now(UTC).date()
        match action:
            case "confirm":
                return {"state": "won", "end_date": today}
            case "cancel_sale":
                return {"state": "lost", "end_date": today, "amount": Decimal(0)}
            case "quote_again":
                return {"state": "converted", "amount": self.prices[opportunity]}
            case _:
                return {"amount": self.prices[opportunity]}
