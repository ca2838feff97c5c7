"""A company made of boundaries: whatever two engines may read, round, order or cut differently.

Random deals and leads, histories with many events at one moment, and what is written out below:
ends of months, the hours that clocks skip or show twice, nothing where something is optional, zeros
where something is divided by, halves where something is rounded.
"""

from collections.abc import Sequence
from typing import Any

from tests.marts.deal_histories import AS_OF, TIMEZONE, make_histories, rows_of
from tests.marts.random_company import make_company
from tests.marts.random_leads import add_leads

__all__ = ["AS_OF", "TIMEZONE", "make_boundary_company"]

Row = dict[str, Any]
Entities = dict[str, list[Row]]

# In New York clocks went back on 2 November 2025 at 2:00, and forward on 8 March 2026 at 2:00.
MOMENTS = [
    "2024-02-29 24:00", "2024-02-29",
    "2025-11-02 00:59:59", "2025-11-02 01:00:00", "2025-11-02 01:30", "2025-11-02 01:59:59.999999",
    "2025-11-02T01:30:00-04:00", "2025-11-02T01:30:00 -05:00", "2025-11-02 02:00:00",
    "2025-12-31 23:59:59.9999999", "2026-01-01T00:00:00.123456789+0530", "2026-01-31 09:00:00",
    "2026-01-31 17:00:00", "2026-01-31T23:59:59Z", "2026-02-01T04:59:59Z", "2026-02-01T05:00:00Z",
    "2026-02-28 23:59:59", "2026-03-08 01:59:59", "2026-03-08 02:00:00", "2026-03-08 02:30:00",
    # The last reads, in UTC, like an hour that the clocks of New York skip.
    "2026-03-08 03:00:00", "2026-03-08T02:30:00Z", "2026-03-31T23:59:59-14", "2026-03-31 24:00:00",
    "2026-05-20", "2026-05-20T16:30:00Z", "2026-05-20T16:30:00.000001Z", "2026-05-20 12:30:01",
]  # fmt: skip
AMOUNTS = [
    "0", "-0", "0.00005", "0.00004999", "1e3", "1.5E+2", ".5", "5.", "+7", "-12.34565", "123.45",
    "2.5", "99999999999999.99995", "1e400", "12 000", "n/a", None,
]  # fmt: skip
COUNTS = ["0", "2.5", "-2.5", "3.4999", "49", "50", "249.5", "1e3", "9223372036854775808", None]
TEXTS = [
    "O'Brien",
    'the "big" one',
    "a\\d back\\slash",
    "line\nbreak",
    "Zoë 東京 🚀",
    " ",
    "%s {x}",
]


def make_boundary_company(seed: int, histories: int, random_deals: int = 0) -> Entities:
    """Rows per entity of the contract: so many deals of each random kind, and the boundaries."""
    parts = [_with_own_ids(rows_of(make_histories(histories, seed))), _boundaries()]
    if random_deals:
        parts.insert(0, make_company(seed, random_deals).entities)
    entities: Entities = {}
    for part in parts:
        for entity, rows in part.items():
            entities.setdefault(entity, []).extend(rows)
    leads = entities.pop("leads"), entities.pop("lead_status_history")
    add_leads(seed, entities, histories)
    entities["leads"] += leads[0]
    entities["lead_status_history"] += leads[1]
    return entities


def _with_own_ids(entities: Entities) -> Entities:
    """The histories in pipelines of their own; their rates are in an own currency."""

    def renamed(row: Row) -> Row:
        names = ("deal_id", "pipeline_id", "merged_into_deal_id")
        own = {name: f"h-{row[name]}" for name in names if row.get(name) is not None}
        return row | own | ({"currency": "CHF"} if row.get("currency") == "EUR" else {})

    return {entity: [renamed(row) for row in rows] for entity, rows in entities.items()}


def _boundaries() -> Entities:
    entities = _listed() | {"deals": [], "deal_stage_history": [], "deal_field_history": []}
    for number, created_at in enumerate(MOMENTS):
        closed_at = MOMENTS[(number + 7) % len(MOMENTS)]
        _add(
            entities,
            {
                "deal_id": f"b{number:03}",
                "stage_id": _pick(["edge", "narrow", "won", "lost", "unlisted"], number),
                "name": _pick([*TEXTS, None], number),
                # Few, so that the years since have not too many days.
                "pipeline_id": "leap" if number < 2 else _pick(["odd", "odd", None], number),
                "amount": _pick(AMOUNTS, number),
                "currency": _pick(["usd", "EUR", "JPY", "XXX", None], number),
                "account_id": _pick(["a0", "a1", "a2", "nobody", None], number),
                "rep_id": _pick(["r0", "solo", "nobody", None], number),
                "product_id": _pick(["p0", "nothing", None], number),
                "campaign_id": _pick(["c0", "c1", None], number),
                "created_at": created_at if number % 5 else None,
                "closed_at": closed_at if number % 3 else None,
                "expected_close_date": _pick(["2026-05-31", closed_at, "31/05/2026", None], number),
                "updated_at": "2026-07-01 00:00:00",
                "forecast_category": _pick(["commit", None], number),
                "deal_type": _pick(["new", "", None], number),
            },
            history=number % 2 == 0,
        )
    return entities


def _add(entities: Entities, deal: Row, *, history: bool) -> None:
    """One deal; if asked for, with several stages and fields at its first moment and a last one."""
    entities["deals"].append(deal)
    if not history or deal["created_at"] is None:
        return
    places = ["edge", "narrow", "edge", "narrow", deal["stage_id"]]
    moments = [deal["created_at"]] * 4 + [deal["closed_at"] or "2026-05-20 12:30:00"]
    own = {"deal_id": deal["deal_id"]}
    for number, (place, moment) in enumerate(zip(places, moments, strict=True)):
        where = {"pipeline_id": deal["pipeline_id"], "stage_id": place, "entered_at": moment}
        entities["deal_stage_history"].append(
            own | where | {"sequence": None if number == 2 else number // 2}
        )
    for number, amount in enumerate(AMOUNTS[:4]):
        entities["deal_field_history"] += [
            own | {"field": "amount", "value": amount, "changed_at": moments[-1 - number]},
            own
            | {
                "field": "expected_close_date",
                "value": "2026-03-31",
                "changed_at": moments[number],
            },
        ]


def _listed() -> Entities:
    """What deals refer to: everything optional is missing somewhere."""
    stages = [("edge", "open"), ("narrow", "open"), ("won", "won"), ("lost", "lost")]
    return {
        "stages": [
            {"stage_id": stage, "stage_name": stage.title(), "kind": kind, "position": position}
            | ({"pipeline_id": pipeline} if pipeline else {})
            | ({"default_probability": "0.1"} if stage == "edge" else {})
            # Two stages at one position.
            for pipeline in ("odd", "leap", None)
            for position, (stage, kind) in zip((1, 1, 2, 3), stages, strict=True)
        ],
        "accounts": [
            {"account_id": f"a{number}", "name": name, "employee_count": count}
            | ({"annual_revenue": AMOUNTS[number % len(AMOUNTS)]} if number % 2 else {})
            for number, (name, count) in enumerate(
                zip([*TEXTS, None, "a", "b"], COUNTS, strict=True)
            )
        ],
        "reps": [
            {"rep_id": "solo", "is_active": "No", "hired_on": "2024-02-29"},
            {"rep_id": "odd", "is_active": "maybe", "hired_on": "2025-11-02T01:30:00Z"},
        ],
        "products": [{"product_id": "p0", "list_price": "2.00005"}],
        "campaigns": [
            {"campaign_id": "c0", "name": "None", "started_on": "2026-03-08", "budget": "0"},
            {"campaign_id": "c1", "name": "null", "ended_on": "2024-02-30", "currency": "eur"},
        ],
        "campaign_spend": [
            {"campaign_id": "c0", "spend_date": "2026-02-28", "spend": "0", "clicks": "2.5"}
        ],
        "touchpoints": [
            {"touchpoint_id": f"t{number}", "occurred_at": moment, "kind": "click"}
            for number, moment in enumerate(MOMENTS)
        ],
        "activities": [
            {"activity_id": f"v{number}", "occurred_at": moment, "kind": "call", "deal_id": "b001"}
            | {"duration_minutes": COUNTS[number % len(COUNTS)]}
            for number, moment in enumerate(MOMENTS)
        ],
        "leads": [
            {"lead_id": f"e{number}", "created_at": moment, "status": status}
            | {"converted_at": MOMENTS[number - 1], "converted_deal_id": f"b{number:03}"}
            for number, (moment, status) in enumerate(
                zip(MOMENTS, ["New", "Qualified", None] * len(MOMENTS), strict=False)
            )
        ],
        "lead_status_history": [
            {"lead_id": f"e{number}", "status": status, "changed_at": moment}
            for number, moment in enumerate(MOMENTS[:12])
            for status in ("New", "Marketing Qualified", "qualified ")
        ],
        "orders": [
            {"order_id": "o0", "account_id": "a0", "ordered_at": "2026-01-31", "amount": "0"}
        ],
        "survey_responses": [
            {"response_id": f"s{score}", "answered_at": "2026-02-28", "score": score}
            for score in (0, 6, 6.5, 8.5, 9, 10)
        ],
        "quotas": [
            {"period_start": start, "period_end": end, "amount": amount, "rep_id": rep}
            for start, end, amount, rep in [
                ("2026-01-01", "2026-03-31", "0", "r0"),
                ("2026-05-20", "2026-05-20", "100.00005", "solo"),
                ("2026-02-28", "2026-02-28", "1", None),
                ("2026-06-01", "2026-04-01", "7", "r1"),
            ]
        ],
        "fx_rates": [
            # The last day of a week without a rate, one beyond it, and rates that are none.
            {"rate_date": "2026-05-12", "currency": "JPY", "rate_to_reporting": "0.00625000005"},
            {"rate_date": "2026-01-23", "currency": "JPY", "rate_to_reporting": "0.0065"},
            {"rate_date": "2026-01-31", "currency": "JPY", "rate_to_reporting": "0"},
            *(
                {"rate_date": f"2026-0{month}-01", "currency": "EUR", "rate_to_reporting": "1.035"}
                for month in range(1, 6)
            ),
        ],
    }


def _pick(choices: Sequence[Any], number: int) -> Any:
    return choices[number % len(choices)]
