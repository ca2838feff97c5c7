"""The entities of the `files` contract: columns, their types, what is required, the keys."""

from dataclasses import dataclass
from typing import Literal

# Of an "email" nothing but a keyed hash and the domain goes beyond the landing zone.
ColumnType = Literal[
    "text", "timestamp", "date", "integer", "number", "boolean", "currency", "email"
]


@dataclass(frozen=True)
class Column:
    """One column; `values` lists the only ones allowed, where they are closed."""

    name: str
    type: ColumnType = "text"
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entity:
    """One entity; `key` names the columns that identify a record."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)

    def has_column(self, name: str) -> bool:
        return name in self.column_names


_TYPES: dict[str, ColumnType] = {
    "at": "timestamp",
    "on": "date",
    "int": "integer",
    "num": "number",
    "bool": "boolean",
    "cur": "currency",
    "mail": "email",
}

# `*` = required; `name:type` where the type is not text; `/` = part of the key.
_DECLARATIONS = {
    "accounts": "account_id*/ name industry employee_count:int annual_revenue:num country"
    " parent_account_id created_at:at",
    "reps": "rep_id*/ name email team manager_id region is_active:bool hired_on:on",
    "products": "product_id*/ name family list_price:num currency:cur",
    "stages": "pipeline_id/ pipeline_name stage_id*/ stage_name* position:int* kind*"
    " default_probability:num canonical_stage",
    "deals": "deal_id*/ stage_id* name pipeline_id account_id rep_id amount:num currency:cur"
    " created_at:at expected_close_date:on closed_at:at forecast_category loss_reason competitor"
    " lead_id lead_source campaign_id product_id deal_type budget authority need timeline"
    " is_deleted:bool deleted_at:at merged_into_deal_id merged_at:at updated_at:at",
    "deal_stage_history": "deal_id*/ entered_at:at*/ stage_id*/ sequence:int/ pipeline_id"
    " changed_by",
    "deal_field_history": "deal_id*/ field*/ value* changed_at:at*/",
    "leads": "lead_id*/ created_at:at* status email:mail source campaign_id rep_id company"
    " job_title industry employee_count:int country converted_at:at converted_deal_id"
    " updated_at:at",
    "lead_status_history": "lead_id*/ status*/ changed_at:at*/",
    "activities": "activity_id*/ kind* occurred_at:at* deal_id lead_id rep_id"
    " duration_minutes:num outcome objection",
    "campaigns": "campaign_id*/ name* channel started_on:on ended_on:on budget:num currency:cur",
    "campaign_spend": "campaign_id*/ spend_date:on*/ spend:num* currency:cur impressions:int"
    " clicks:int",
    "touchpoints": "touchpoint_id*/ occurred_at:at* kind* channel campaign_id lead_id account_id"
    " deal_id content_id experiment_id variant",
    "content": "content_id*/ title kind buyer_stage",
    "experiments": "experiment_id*/ name surface metric started_on:on planned_share:num",
    "survey_responses": "response_id*/ answered_at:at* score:num* survey audience account_id"
    " rep_id comment",
    "orders": "order_id*/ account_id* ordered_at:at* amount:num* currency:cur deal_id",
    "quotas": "period_start:on*/ period_end:on*/ amount:num* currency:cur rep_id/ team/",
    "fx_rates": "rate_date:on*/ currency:cur*/ rate_to_reporting:num*",
}

# Values of required columns that are closed.
_VALUES = {
    ("stages", "kind"): ("open", "won", "lost"),
    ("deal_field_history", "field"): (
        "amount",
        "expected_close_date",
        "rep_id",
        "forecast_category",
    ),
}


def _entity(name: str, declaration: str) -> Entity:
    columns, key = [], []
    for word in declaration.split():
        bare = word.rstrip("*/")
        column_name, _, type_name = bare.partition(":")
        if word.endswith("/"):
            key.append(column_name)
        columns.append(
            Column(
                column_name,
                _TYPES[type_name] if type_name else "text",
                "*" in word,
                _VALUES.get((name, column_name), ()),
            )
        )
    return Entity(name, tuple(columns), tuple(key))


ENTITIES: dict[str, Entity] = {
    name: _entity(name, declaration) for name, declaration in _DECLARATIONS.items()
}

# Of a configured source these must bring rows; stages may come from the mapping.
REQUIRED_ENTITIES = ("deals", "stages")
