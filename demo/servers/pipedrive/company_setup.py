"""What deals of the demo company refer to: users, pipelines and stages, products, organizations."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from demo.servers.pipedrive.export_rows import is_until, moment, number, rows
from demo.servers.pipedrive.store import Store

FOUNDED = moment("2018-01-01T00:00:00Z")


@dataclass
class Setup:
    """The demo's names for what has a number here; closed stages are statuses instead."""

    pipelines: dict[str, int] = field(default_factory=dict)
    stages: dict[tuple[str, str], int] = field(default_factory=dict)
    closed: dict[tuple[str, str], str] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    nobody: int = 0

    def last_stage(self, pipeline: str) -> int:
        """The last open stage of a pipeline."""
        return max(number for (name, _), number in self.stages.items() if name == pipeline)


def set_up(store: Store, export: Path, accounts: set[str], until: datetime) -> Setup:
    """Add all of it, and say under which numbers it is."""
    setup = Setup()
    store.clock.set(FOUNDED)
    for row in rows(export, "reps"):
        is_active = row["is_active"] == "true"
        store.create(
            "users",
            number(row["rep_id"]),
            name=row["name"],
            email=row["email"],
            active_flag=is_active,
        )
    setup.nobody = store.create("users", name="Automation", email="automation@company.example")
    for row in rows(export, "stages"):
        key = row["pipeline_id"], row["stage_id"]
        if row["pipeline_id"] not in setup.pipelines:
            order = len(setup.pipelines) + 1
            name = row["pipeline_name"]
            setup.pipelines[row["pipeline_id"]] = store.create(
                "pipelines", name=name, order_nr=order
            )
        if row["kind"] != "open":
            setup.closed[key] = row["kind"]
            continue
        setup.stages[key] = store.create(
            "stages",
            name=row["stage_name"],
            order_nr=int(row["position"]),
            deal_probability=round(float(row["default_probability"]) * 100),
            pipeline_id=setup.pipelines[row["pipeline_id"]],
        )
    for row in rows(export, "products"):
        price = {"currency": row["currency"], "price": float(row["list_price"]), "cost": 0}
        setup.products[row["product_id"]] = store.create(
            "products",
            name=row["name"],
            code=row["product_id"],
            category=row["family"],
            prices=[price],
        )
    for row in rows(export, "accounts"):
        if row["account_id"] not in accounts or not is_until(row["created_at"], until):
            continue
        store.clock.set(moment(row["created_at"]))
        store.create(
            "organizations",
            number(row["account_id"]),
            name=row["name"],
            address={"value": row["country"], "country": row["country"]},
            employee_count=int(row["employee_count"]) if row["employee_count"] else None,
            annual_revenue=int(row["annual_revenue"]) if row["annual_revenue"] else None,
        )
    return setup
