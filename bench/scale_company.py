"""A landing zone of any size, written by DuckDB: deals that go through five stages and close.

Every deal enters its stages in order, with exponential waits; more than half are lost somewhere on
the way, the others are won. Changes after the last day have not happened.
"""

from datetime import date

import duckdb

from ingestion.contract import ENTITIES
from jalur.paths import Home

LAST_DAY = date(2026, 6, 30)
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
    from steps where entered_at >= '{since}' and entered_at < '{until}'
"""
# A deal is landed again, as it is then, when it has changed.
DEALS = """
    select 'd' || deal as deal_id, 's' || max_by(stage, entered_at) as stage_id,
        'sales' as pipeline_id, 'a' || deal % greatest({deals} // 5, 1) as account_id,
        'r' || deal % 120 as rep_id, (500 + hash({seed}, deal) % 90000)::varchar as amount,
        'USD' as currency, strftime(min(created_at), '%Y-%m-%dT%H:%M:%SZ') as created_at,
        'source ' || deal % 6 as lead_source, 'type ' || deal % 3 as deal_type
    from steps where entered_at < '{until}'
    group by deal having max(entered_at) >= '{since}'
"""
BEGINNING = date(2000, 1, 1)


def write_landing(
    home: Home, changes: int, *, seed: int, until: date, since: date = BEGINNING
) -> int:
    """Land what happened from `since` to before `until` to the deals of about `changes` changes.

    Returns how many changes of stage it landed.
    """
    deals = round(changes / CHANGES_PER_DEAL)
    landed = 0
    run_id = f"until-{until}"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        chunk = 250_000
        for start in range(0, deals, chunk):
            values = {
                "seed": seed, "first": start, "last": min(start + chunk, deals), "deals": deals,
                "since": since, "until": until,
            }  # fmt: skip
            connection.execute("drop table if exists steps")
            connection.execute(STEPS.format(**values))
            name = f"{run_id}-{start:09}"
            for entity, query in {"deal_stage_history": HISTORY, "deals": DEALS}.items():
                rows = _land(connection, home, entity, query.format(**values), until, name)
                landed += rows if entity == "deal_stage_history" else 0
        if since == BEGINNING:
            small = {"stages": STAGES, "reps": REPS, "accounts": ACCOUNTS.format(deals=deals)}
            for entity in ENTITIES:
                query = small.get(entity, "select '' as nothing where false")
                if entity not in ("deals", "deal_stage_history"):
                    _land(connection, home, entity, query, until, run_id)
    return landed


def _land(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    entity: str,
    query: str,
    until: date,
    name: str,
) -> int:
    """Rows in the shape of the landing contract, their payload as JSON; returns how many."""
    folder = home.landed_table("files", entity)
    folder.mkdir(parents=True, exist_ok=True)
    columns = [column[0] for column in connection.execute(f"describe ({query})").fetchall()]
    keys = [key for key in ENTITIES[entity].key if key in columns]
    record_id = f"concat_ws('|', {', '.join(keys)})" if keys else "''"
    landed = connection.execute(
        f"""
        copy (
            select
                {record_id} as record_id,
                timestamptz '{until} 00:00:00Z' - interval 1 hour as source_updated_at,
                false as is_deleted,
                to_json(record)::varchar as payload,
                sha256(to_json(record)::varchar) as payload_hash,
                timestamptz '{until} 00:00:00Z' - interval 1 hour as extracted_at,
                '{name}' as run_id,
                row_number() over () as load_seq
            from ({query}) as record
        ) to '{folder / (name + ".parquet")}' (format parquet)
        """
    ).fetchone()
    return int(landed[0]) if landed else 0
