"""The company whose sales are driven: who sells, to whom, what, in which currencies."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.tryton.rpc import Rpc

READER = "reader"
READER_PASSWORD = "reads-opportunities-only"


@dataclass(frozen=True)
class World:
    company: int
    currencies: dict[str, int]
    """By code; the first is the company's."""
    employees: list[int]
    parties: list[int]
    products: list[int]
    unit: int
    campaigns: list[int]
    key: str
    """Of the REST API, for the reader: the header `Authorization: Bearer <key>`."""


def build(rpc: Rpc, employees: int = 5, parties: int = 20) -> World:
    """Set up a fresh database, and let `rpc` act for the company from now on."""
    currencies = _currencies(rpc)
    (ours,) = rpc.call("model.party.party.create", [{"name": "Demo company"}])
    (company,) = rpc.call(
        "model.company.company.create", [{"party": ours, "currency": currencies["EUR"]}]
    )
    people = [{"name": f"Rep {n}"} for n in range(employees)]
    reps = rpc.call(
        "model.company.employee.create",
        [
            {"party": party, "company": company}
            for party in rpc.call("model.party.party.create", people)
        ],
    )
    acting = {"companies": [["add", [company]]], "company": company}
    mine = {"employees": [["add", reps]], "employee": reps[0]}
    (me,) = rpc.call("model.res.user.search", [["login", "=", rpc.login]], 0, 1, None)
    rpc.call("model.res.user.write", [me], acting | mine)
    rpc.context = rpc.call("model.res.user.get_preferences", True)
    customers = [
        {"name": f"Customer {n}", "addresses": [["create", [{"city": f"City {n}"}]]]}
        for n in range(parties)
    ]
    unit, products = _products(rpc)
    return World(
        company,
        currencies,
        reps,
        rpc.call("model.party.party.create", customers),
        products,
        unit,
        rpc.call("model.marketing.campaign.create", [{"name": "Fair"}, {"name": "Webinar"}]),
        _reader(rpc, acting),
    )


def _currencies(rpc: Rpc) -> dict[str, int]:
    rates = {"EUR": Decimal(1), "USD": Decimal("1.1")}
    ids = rpc.call(
        "model.currency.currency.create",
        [
            {
                "name": code,
                "code": code,
                "symbol": code,
                "rates": [["create", [{"date": date(2020, 1, 1), "rate": rate}]]],
            }
            for code, rate in rates.items()
        ],
    )
    return dict(zip(rates, ids, strict=True))


def _products(rpc: Rpc) -> tuple[int, list[int]]:
    """The unit they are sold in, and the products."""
    (unit,) = rpc.call("model.product.uom.search", [["symbol", "=", "u"]], 0, 1, None)
    # Without one no sale can be made from an opportunity that has lines.
    (category,) = rpc.call("model.product.category.create", [{"name": "Plans", "accounting": True}])
    prices = {"Basic plan": Decimal(40), "Large plan": Decimal(250)}
    rpc.call(
        "model.product.template.create",
        [
            {
                "name": name,
                "type": "service",
                "list_price": price,
                "salable": True,
                "default_uom": unit,
                "sale_uom": unit,
                "account_category": category,
                "products": [["create", [{}]]],
            }
            for name, price in prices.items()
        ],
    )
    return unit, rpc.call("model.product.product.search", [], 0, None, [["id", "ASC"]])


def _reader(rpc: Rpc, acting: dict[str, object]) -> str:
    """A user who may read opportunities and change nothing, as an extraction should have."""
    # The groups that come with the modules all may write something.
    may_read = [
        {"model": model, "perm_read": True}
        | dict.fromkeys(("perm_write", "perm_create", "perm_delete"), False)
        for model in ("sale.opportunity", "sale.opportunity.line", "sale.sale")
    ]
    group = {"name": "Pipeline readers", "model_access": [["create", may_read]]}
    groups = rpc.call("model.res.group.create", [group])
    person = {"name": "Reader", "login": READER, "password": READER_PASSWORD}
    (reader,) = rpc.call("model.res.user.create", [person | acting | {"groups": [["add", groups]]}])
    application = {"user": reader, "application": "rest"}
    (made,) = rpc.call("model.res.user.application.create", [application])
    (found,) = rpc.call("model.res.user.application.read", [made], ["key"])
    return str(found["key"])
