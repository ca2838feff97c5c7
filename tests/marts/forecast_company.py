"""Two years of the random company for the forecast, and what was known of it on an earlier day."""

from datetime import datetime, timedelta
from random import Random

from tests.marts.random_company import Company, Row, make_company

DEALS_A_YEAR = 700
TIMES = ("created_at", "deleted_at", "merged_at", "entered_at", "changed_at")


def make_forecast_company(seed: int) -> Company:
    """The random company and, a year earlier, another one; reps say when they expect to close.

    Two more pipelines: `sole` with a single deal, `empty` without any.
    """
    newer, older = make_company(seed, DEALS_A_YEAR), make_company(seed + 1, DEALS_A_YEAR)
    entities = newer.entities
    for entity in ("deals", "deal_stage_history", "deal_field_history"):
        entities[entity] += [_earlier(row) for row in older.entities[entity]]
    entities["fx_rates"] += [
        row | {"rate_date": str(datetime.fromisoformat(row["rate_date"]) - timedelta(364))[:10]}
        for row in older.entities["fx_rates"][:52]
    ]
    _expect_closes(entities, Random(seed))
    for pipeline in ("sole", "empty"):
        entities["stages"] += [
            row | {"pipeline_id": pipeline, "stage_id": f"{pipeline}-{row['stage_id']}"}
            for row in entities["stages"]
            if row["pipeline_id"] == "direct"
        ]
    entities["deals"].append(
        {
            "deal_id": "sole",
            "pipeline_id": "sole",
            "stage_id": "sole-direct-new",
            "amount": "100",
            "created_at": "2024-02-01 00:00:00",
        }
    )
    return newer


def known_by(company: Company, moment: datetime) -> dict[str, list[Row]]:
    """The entities without anything that happened after a moment."""

    def has_happened(time: str | None) -> bool:
        return time is not None and datetime.fromisoformat(time) <= moment

    known = dict(company.entities)
    for entity, field in (
        ("deal_stage_history", "entered_at"),
        ("deal_field_history", "changed_at"),
        ("deals", "created_at"),
    ):
        known[entity] = [row for row in known[entity] if has_happened(row[field])]
    known["fx_rates"] = [row for row in known["fx_rates"] if has_happened(row["rate_date"])]
    last = {
        row["deal_id"]: row
        for row in sorted(
            known["deal_stage_history"], key=lambda row: (row["entered_at"], row["sequence"])
        )
    }
    deals = []
    for row in known["deals"]:
        deal = dict(row)
        if "deleted_at" in deal and not has_happened(deal["deleted_at"]):
            del deal["deleted_at"], deal["is_deleted"]
        if "merged_at" in deal and not has_happened(deal["merged_at"]):
            del deal["merged_at"], deal["merged_into_deal_id"]
        if deal["deal_id"] in last:
            for field in ("pipeline_id", "stage_id"):
                deal[field] = last[deal["deal_id"]][field]
        deals.append(deal)
    known["deals"] = deals
    return known


def _earlier(row: Row) -> Row:
    moved = dict(row) | {"deal_id": f"old-{row['deal_id']}"}
    for name in TIMES:
        if name in moved:
            moved[name] = str(datetime.fromisoformat(moved[name]) - timedelta(days=365))
    return moved


def _expect_closes(entities: dict[str, list[Row]], random: Random) -> None:
    for deal in entities["deals"]:
        created = datetime.fromisoformat(deal["created_at"])
        for days in (0, random.randrange(5, 40)):
            expected = created + timedelta(days=days + random.randrange(10, 90))
            entities["deal_field_history"].append(
                {
                    "deal_id": deal["deal_id"],
                    "field": "expected_close_date",
                    "value": expected.date().isoformat(),
                    "changed_at": str(created + timedelta(days=days)),
                }
            )
