"""A small random company with every awkward thing a deal can do, in rows of the contract."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

OPEN_STAGES = ["new", "talk", "offer", "terms"]
START = datetime(2025, 1, 1)
AS_OF = datetime(2025, 12, 31, 23, 59, 59, 999999)

Row = dict[str, Any]


@dataclass
class Company:
    """Rows per entity; times are ISO text without offset, in a business time zone of UTC."""

    entities: dict[str, list[Row]]


def _stages() -> list[Row]:
    rows: list[Row] = []
    for pipeline in ("direct", "partner"):
        stages = [(name, "open") for name in OPEN_STAGES]
        stages += [("won", "won"), ("onboarding", "won"), ("lost", "lost")]
        rows += [
            {
                "pipeline_id": pipeline,
                "pipeline_name": pipeline.title(),
                "stage_id": f"{pipeline}-{name}",
                "stage_name": name.title(),
                "position": position,
                "kind": kind,
            }
            for position, (name, kind) in enumerate(stages, start=1)
        ]
    return rows


def _history(random: Random, deal_id: str, pipeline: str) -> list[Row]:
    """A walk over the stages: mostly forward, sometimes back, over, away, rewritten or tied."""
    moment = START + timedelta(minutes=random.randrange(330 * 24 * 60))
    place = random.choice([0, 0, 0, 1])
    rows: list[Row] = []

    def enter(stage: str) -> None:
        rows.append(
            {
                "deal_id": deal_id,
                "pipeline_id": pipeline,
                "stage_id": f"{pipeline}-{stage}",
                "entered_at": moment.isoformat(sep=" "),
                "sequence": len(rows) + 1,
            }
        )

    enter(OPEN_STAGES[place])
    for _ in range(random.randrange(1, 9)):
        moment += timedelta(seconds=random.choice([0, 60, 3_600, 86_400, 700_001, 2_000_003]))
        move = random.random()
        if move < 0.10:
            pass  # the same stage, written again
        elif move < 0.20:
            place = max(place - 1, 0)
        elif move < 0.30:
            place = min(place + 2, 3)
        elif move < 0.42:
            enter("lost")
            if random.random() < 0.6:
                break
            continue
        elif move < 0.52:
            enter("won")
            if random.random() < 0.3:
                moment += timedelta(days=3)
                enter("onboarding")
            if random.random() < 0.7:
                break
            continue
        elif move < 0.55:
            pipeline = "partner" if pipeline == "direct" else "direct"
        else:
            place = min(place + 1, 3)
        enter(OPEN_STAGES[place])
    return rows


def make_company(seed: int, deals: int = 300) -> Company:
    """A company of `deals` deals; the same seed gives the same rows."""
    random = Random(seed)
    entities: dict[str, list[Row]] = {"stages": _stages(), "deals": [], "deal_stage_history": []}
    entities["reps"] = [
        {"rep_id": f"r{i}", "name": f"Rep {i}", "team": f"team {i % 2}", "region": "north"}
        for i in range(4)
    ]
    entities["deal_field_history"] = []
    for number in range(deals):
        deal_id = f"d{number:04}"
        pipeline = random.choice(["direct", "partner"])
        history = _history(random, deal_id, pipeline)
        created_at = datetime.fromisoformat(history[0]["entered_at"])
        last = history[-1]
        deal: Row = {
            "deal_id": deal_id,
            "pipeline_id": last["pipeline_id"],
            "stage_id": last["stage_id"],
            "rep_id": random.choice(["r0", "r1", "r2", "r3", None]),
            "amount": f"{random.randrange(100, 90_000)}.{random.randrange(100):02}",
            "currency": random.choice(["USD", "EUR"]),
            "created_at": created_at.isoformat(sep=" "),
            "expected_close_date": (created_at + timedelta(days=number % 400)).date().isoformat(),
            "lead_source": random.choice(["web", "event", None]),
            "updated_at": "2026-01-01 00:00:00",
        }
        end = created_at + timedelta(days=random.randrange(1, 200))
        if random.random() < 0.06:
            deal |= {"is_deleted": "true", "deleted_at": end.isoformat(sep=" ")}
        elif random.random() < 0.06:
            deal |= {"merged_into_deal_id": "d0000", "merged_at": end.isoformat(sep=" ")}
        if random.random() < 0.5:
            entities["deal_field_history"] += [
                {
                    "deal_id": deal_id,
                    "field": "amount",
                    "value": str(random.randrange(100, 90_000)),
                    "changed_at": (created_at + timedelta(hours=hours)).isoformat(sep=" "),
                }
                for hours in (0, random.randrange(1, 900), random.randrange(900, 3000))
            ]
        entities["deals"].append(deal)
        entities["deal_stage_history"] += history
    entities["fx_rates"] = [
        {
            "rate_date": (START + timedelta(days=7 * week)).date().isoformat(),
            "currency": "EUR",
            "rate_to_reporting": f"{1 + week / 200:.4f}",
        }
        for week in range(54)
    ]
    entities["quotas"] = _quotas()
    return Company(entities)


def _quotas() -> list[Row]:
    """Of reps and teams per quarter, up to one not begun; of the company in two periods.

    Half of them are in EUR; one is in a currency without any rate.
    """
    quarters = [
        ("2025-01-01", "2025-03-31"),
        ("2025-04-01", "2025-06-30"),
        ("2025-07-01", "2025-09-30"),
        ("2025-10-01", "2025-12-31"),
        ("2026-01-01", "2026-03-31"),
    ]
    owners = [{"rep_id": f"r{i}", "team": f"team {i % 2}"} for i in range(4)]
    owners += [{"team": "team 0"}, {"team": "team 1"}]
    rows: list[Row] = [
        {
            "period_start": start,
            "period_end": end,
            "amount": 300_000 + 1_000 * number,
            "currency": ["USD", "EUR"][number % 2],
            **owner,
        }
        for start, end in quarters
        for number, owner in enumerate(owners)
    ]
    rows[0]["currency"] = "GBP"
    company = {"amount": 9_000_000, "currency": "EUR"}
    rows.append({"period_start": "2025-07-01", "period_end": "2025-09-30", **company})
    rows.append({"period_start": "2025-12-15", "period_end": "2026-01-13", **company})
    return rows
