"""A landing zone of any size, written by DuckDB: deals that go through five stages and close.

Every deal enters its stages in order, with exponential waits; more than half are lost somewhere on
the way, the others are won. Changes after the last day have not happened.
"""

import duckdb

from ingestion.contract import ENTITIES
from jalur.paths import Home

LAST_DAY = "2026-06-30"
# Measured: what a deal of this company goes through.
CHANGES_PER_DEAL = 4.4

STAGES = """
    select 'sales' as pipeline_id, 'Sales' as pipeline_name, 's' || position as stage_id,
        'Stage ' || position as stage_name, position::varchar as position,
        case position when 6 then 'won' when 7 then 'lost' else 'open' end as kind
    from range(1, 8) as t (position)
"""
REPS = """
    select 'r' || i as rep_id, 'Rep ' || i as name, 'Team ' || i % 12 as team,
        'Region ' || i % 4 as region
    from range(120) as t (i)
"""
ACCOUNTS = """
    select 'a' || i as account_id, 'Account ' || i as name,
        (1 + i % 5000)::varchar as employee_count
    from range({deals} // 5) as t (i)
"""
# One row per deal and step; `ends` is the step with which a deal closes.
STEPS = """
    create table steps as
    with deals as (
        select
            i as deal,
            timestamp '2023-07-01' + to_seconds((hash({seed}, i) % 94608000)::bigint) as created_at,
            1 + (hash({seed}, i, 'lost') % 9) as loss
        from range({first}, {last}) as t (i)
    ),
    waits as (
        select
            deal, created_at, step,
            case when loss < 6 and step > loss then 7 else step end as stage,
            case when step = 1 then 0 else
                -ln((1 + hash({seed}, deal, step, 'wait') % 1000000) / 1000001.0) * 14 * 86400
            end as wait
        from deals cross join range(1, 7) as s (step)
        where step <= case when loss < 6 then loss + 1 else 6 end
    )
    select
        deal, created_at, stage,
        created_at + to_seconds(sum(wait) over (partition by deal order by step)::bigint)
            as entered_at
    from waits
"""
HISTORY = """
    select 'd' || deal as deal_id, 's' || stage as stage_id, 'sales' as pipeline_id,
        strftime(entered_at, '%Y-%m-%dT%H:%M:%SZ') as entered_at
    from steps where entered_at < timestamp '{last_day}' + interval 1 day
"""
DEALS = """
    select 'd' || deal as deal_id, 's' || max_by(stage, entered_at) as stage_id,
        'sales' as pipeline_id, 'a' || deal % greatest({deals} // 5, 1) as account_id,
        'r' || deal % 120 as rep_id, (500 + hash({seed}, deal) % 90000)::varchar as amount,
        'USD' as currency, strftime(min(created_at), '%Y-%m-%dT%H:%M:%SZ') as created_at,
        'source ' || deal % 6 as lead_source, 'type ' || deal % 3 as deal_type
    from steps where entered_at < timestamp '{last_day}' + interval 1 day
    group by deal
"""


def write_landing(
    home: Home, changes: int, *, seed: int, first_deal: int = 0, run_id: str = "first"
) -> int:
    """Land about `changes` stage changes of deals from `first_deal` on; returns the next deal."""
    deals = round(changes / CHANGES_PER_DEAL)
    last_deal = first_deal + deals
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        chunk = 250_000
        for start in range(first_deal, last_deal, chunk):
            values = {
                "seed": seed, "first": start, "last": min(start + chunk, last_deal),
                "deals": deals, "last_day": LAST_DAY,
            }  # fmt: skip
            connection.execute("drop table if exists steps")
            connection.execute(STEPS.format(**values))
            name = f"{run_id}-{start:09}"
            _land(connection, home, "deal_stage_history", HISTORY.format(**values), run_id, name)
            _land(connection, home, "deals", DEALS.format(**values), run_id, name)
        if first_deal == 0:
            small = {"stages": STAGES, "reps": REPS, "accounts": ACCOUNTS.format(deals=deals)}
            for entity in ENTITIES:
                query = small.get(entity, "select '' as nothing where false")
                if entity not in ("deals", "deal_stage_history"):
                    _land(connection, home, entity, query, run_id, run_id)
    return last_deal


def _land(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    entity: str,
    query: str,
    run_id: str,
    name: str,
) -> None:
    """Rows in the shape of the landing contract, their payload as JSON."""
    folder = home.landed_table("files", entity)
    folder.mkdir(parents=True, exist_ok=True)
    columns = [column[0] for column in connection.execute(f"describe ({query})").fetchall()]
    keys = [key for key in ENTITIES[entity].key if key in columns]
    record_id = f"concat_ws('|', {', '.join(keys)})" if keys else "''"
    connection.execute(
        f"""
        copy (
            select
                {record_id} as record_id,
                timestamptz '{LAST_DAY} 20:00:00Z' as source_updated_at,
                false as is_deleted,
                to_json(record)::varchar as payload,
                sha256(to_json(record)::varchar) as payload_hash,
                timestamptz '{LAST_DAY} 20:00:00Z' as extracted_at,
                '{run_id}' as run_id,
                row_number() over () as load_seq
            from ({query}) as record
        ) to '{folder / (name + ".parquet")}' (format parquet)
        """
    )
