"""The suites as data: what is expected of each landed entity."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingestion.contract import ENTITIES, Entity
from jalur.checks import Severity

Rule = Literal[
    "is_present",
    "is_unique_per_version",
    "is_readable",
    "is_in_range",
    "resolves",
    "is_share",
    "is_score",
    "is_not_negative",
    "is_known_currency",
    "is_not_before",
]

# Column of an entity -> (entity, column) it refers to.
REFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    "deals": {
        "stage_id": ("stages", "stage_id"),
        "account_id": ("accounts", "account_id"),
        "rep_id": ("reps", "rep_id"),
        "product_id": ("products", "product_id"),
        "campaign_id": ("campaigns", "campaign_id"),
    },
    "deal_stage_history": {"deal_id": ("deals", "deal_id"), "stage_id": ("stages", "stage_id")},
    "deal_field_history": {"deal_id": ("deals", "deal_id")},
    "leads": {"converted_deal_id": ("deals", "deal_id")},
    "lead_status_history": {"lead_id": ("leads", "lead_id")},
    "activities": {"deal_id": ("deals", "deal_id"), "lead_id": ("leads", "lead_id")},
    "campaign_spend": {"campaign_id": ("campaigns", "campaign_id")},
    "touchpoints": {"campaign_id": ("campaigns", "campaign_id"), "lead_id": ("leads", "lead_id")},
    "survey_responses": {"account_id": ("accounts", "account_id")},
    "orders": {"account_id": ("accounts", "account_id"), "deal_id": ("deals", "deal_id")},
    "quotas": {"rep_id": ("reps", "rep_id")},
}
SHARES = {("stages", "default_probability"), ("experiments", "planned_share")}
SCORES = {("survey_responses", "score")}
MONEY = {"amount", "list_price", "budget", "spend", "rate_to_reporting"}
NOT_BEFORE = {"deals": ("closed_at", "created_at"), "leads": ("converted_at", "created_at")}


@dataclass(frozen=True)
class ExpectedColumn:
    """One expectation: `check_name` in the quality report, `column` of the frame it looks at."""

    entity: str
    field: str
    rule: Rule
    severity: Severity = "warning"

    @property
    def check_name(self) -> str:
        return f"raw_{self.entity}_{self.field}_{self.rule}"

    @property
    def column(self) -> str:
        """Rules of SQL come as a boolean column of their own; the others look at the value."""
        computed = ("is_unique_per_version", "is_readable", "resolves", "is_not_before")
        return f"{self.field}__{self.rule}" if self.rule in computed else self.field


def suite(entity: Entity) -> Iterator[ExpectedColumn]:
    """What is expected of an entity, the critical ones first."""
    yield ExpectedColumn(entity.name, "record_id", "is_present", "critical")
    if not entity.columns:
        # A stream of an API: what its records hold is its source's affair, and one that was read
        # again after a fault is landed again.
        yield ExpectedColumn(entity.name, "source_updated_at", "is_in_range")
        return
    yield ExpectedColumn(entity.name, "record_id", "is_unique_per_version", "critical")
    for column in entity.columns:
        place = (entity.name, column.name)
        if column.type in ("timestamp", "date"):
            yield ExpectedColumn(entity.name, column.name, "is_readable")
            yield ExpectedColumn(entity.name, column.name, "is_in_range")
        if column.type == "currency":
            yield ExpectedColumn(entity.name, column.name, "is_known_currency")
        if place in SHARES:
            yield ExpectedColumn(entity.name, column.name, "is_share")
        if place in SCORES:
            yield ExpectedColumn(entity.name, column.name, "is_score")
        if column.type == "number" and column.name in MONEY:
            yield ExpectedColumn(entity.name, column.name, "is_not_negative")
    for field in REFERENCES.get(entity.name, {}):
        yield ExpectedColumn(entity.name, field, "resolves")
    if entity.name in NOT_BEFORE:
        yield ExpectedColumn(entity.name, NOT_BEFORE[entity.name][0], "is_not_before")


def check_names() -> list[tuple[str, str, Severity]]:
    """Entity, check name and severity of every expectation."""
    return [
        (entity.name, expected.check_name, expected.severity)
        for entity in ENTITIES.values()
        for expected in suite(entity)
    ]
