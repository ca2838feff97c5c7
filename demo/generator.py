"""The whole export from one seed, written so that a kill never leaves half of it."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from demo import world
from demo.activities import activities
from demo.after_sale import orders, survey_responses
from demo.book import open_deals
from demo.clock import START, working_clock
from demo.columns import DAY, Columns, identifiers, length, stream
from demo.company import Accounts, found_accounts, hire, products_table, stages_table
from demo.deals import Deals
from demo.dirt import soil
from demo.endings import end_deals, switch_pipelines
from demo.export import write_export
from demo.fields import keep_fields
from demo.history import stage_history
from demo.leads import find_leads
from demo.marketing import content_table, experiments_table, run_campaigns
from demo.money import exchange_rates, quotas
from demo.sales import deals_table
from demo.touchpoints import touchpoints
from demo.truth import truth

EXPORT, TRUTH, STAMP = "export", "truth.json", "stamp.json"


def generate(folder: Path, seed: int = world.SEED) -> Path:
    """Write `export/*.csv`, `truth.json` and `stamp.json` below the folder; return the export.

    Same seed and version, same bytes: then nothing is written at all.
    """
    export = folder / EXPORT
    stamp = {"generator_version": world.VERSION, "seed": seed}
    is_whole = export.is_dir() and (folder / TRUTH).is_file()
    if is_whole and _read(folder / STAMP) == stamp:
        return export
    folder.mkdir(parents=True, exist_ok=True)
    # What a killed run left behind.
    for leftover in folder.glob(".new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    known = _write(fresh, seed)
    (fresh / TRUTH).write_text(json.dumps(known, indent=2) + "\n")
    # Without its stamp an export counts as missing: so it goes first and comes last.
    (folder / STAMP).unlink(missing_ok=True)
    if export.exists():
        export.rename(fresh / "old")
    (fresh / EXPORT).rename(export)
    (fresh / TRUTH).replace(folder / TRUTH)
    (fresh / STAMP).write_text(json.dumps(stamp) + "\n")
    (fresh / STAMP).replace(folder / STAMP)
    shutil.rmtree(fresh, ignore_errors=True)
    return export


def _read(stamp: Path) -> Any:
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return None


def _write(folder: Path, seed: int) -> dict[str, Any]:
    sellers, reps = hire(seed)
    accounts = found_accounts(seed)
    deals = switch_pipelines(seed, open_deals(seed, accounts, sellers))
    deals, fates = end_deals(seed, deals)
    deal_ids, rep_ids = identifiers("D-%05d", length(deals.columns)), reps["rep_id"]
    clock = working_clock()
    fields = keep_fields(seed, deals, fates, sellers, deal_ids, rep_ids, clock)
    campaigns = run_campaigns(seed)
    leads = find_leads(seed, deals, accounts, sellers, campaigns, deal_ids, rep_ids)
    history, changed_at = stage_history(seed, deals, fates, deal_ids, rep_ids)
    sold = deals_table(seed, deals, fates, fields, leads, accounts, changed_at, deal_ids, rep_ids)
    tables: dict[str, Columns] = {
        "accounts": _dated(seed, accounts, deals),
        "reps": reps,
        "products": products_table(),
        "stages": stages_table(),
        "deals": sold,
        "deal_stage_history": history,
        "deal_field_history": fields.table,
        "leads": leads.table,
        "lead_status_history": leads.status_history,
        "activities": activities(seed, deals, fates, leads, deal_ids, rep_ids),
        "campaigns": campaigns.table,
        "campaign_spend": campaigns.spend,
        "touchpoints": touchpoints(seed, leads, deals, accounts, campaigns, deal_ids),
        "content": content_table(),
        "experiments": experiments_table(),
        "survey_responses": survey_responses(seed, deals, fates, sellers, accounts, rep_ids),
        "orders": orders(seed, deals, fates, accounts, sold["amount"], deal_ids),
        "quotas": quotas(seed, sellers, rep_ids),
        "fx_rates": exchange_rates(seed),
    }
    dirt = soil(seed, tables)
    rows = write_export(folder / EXPORT, tables, dirt)
    return truth(seed, deals, fates, dirt, rows)


def _dated(seed: int, accounts: Accounts, deals: Deals) -> Columns:
    """The accounts, each in the CRM some time before its first deal."""
    rng = stream(seed, "account dates")
    count = len(accounts.account_id)
    created_at = START - rng.integers(0, 900, count) * DAY + rng.integers(7, 18, count) * 3600
    first_deal = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first_deal, deals.columns["account"], deals.columns["created_at"])
    shortly_before = first_deal - rng.integers(1, 40 * DAY, count)
    new = (rng.random(count) < 0.7) & (first_deal < np.iinfo(np.int64).max)
    created_at = np.where(new | (shortly_before < created_at), shortly_before, created_at)
    return accounts.columns | {"created_at": created_at}
