"""The demo company over HubSpot's API is the demo company of the export, change by change."""

from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.hubspot.company import fill
from demo.servers.hubspot.company_campaigns import campaign_uuid
from demo.servers.loopback import serve
from ingestion.sources import files
from jalur.demo_company import DEMO_HUBSPOT_FIELDS
from jalur.own_fields import parse_own_fields
from jalur.paths import Home
from jalur.settings import Settings
from tests.demo.conftest import Tables
from tests.ingestion.api.portal import Desk
from tests.warehouse import build

AS_OF = datetime(2026, 6, 30, 23, 59, 59)
TEAM = "Middle East"
# The portal's ids are made from the demo's; where deals were merged it made new ones.
FIRST_ID, FIRST_MERGED = 82_000_000, 88_000_000
FIRST_LEAD, FIRST_ACTIVITY, FIRST_REP = 81_000_000, 83_000_000, 71_000_000
MODELS = "+fct_stage_transitions +fct_deals"
MORE_MODELS = (
    "stg_hubspot__leads +int_activities_unioned +dim_products +dim_campaigns"
    " +int_campaign_spend_unioned +int_touchpoints_unioned"
)
TRANSITIONS = """
    select deal_id, transition_number, from_stage_id, to_stage_id, transitioned_at, direction
    from marts.fct_stage_transitions
    order by deal_id, transition_number
"""
DEALS = "select deal_id, stage_id, status, amount, currency from marts.fct_deals order by deal_id"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def portal(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One team's portal, extracted and built."""
    store = fill(Store(), export, teams=lambda team: team == TEAM)
    home = Home(tmp_path_factory.mktemp("portal"))
    with serve(HubSpot(store, limits=Limits(burst=None, searches_per_second=None))) as url:
        Desk(url, HubSpot(store), home, fields=DEMO_HUBSPOT_FIELDS).extract()
    build(
        home.root,
        AS_OF,
        source="hubspot",
        select=f"{MODELS} {MORE_MODELS}",
        data_tests=False,
        settings={"JALUR_HUBSPOT_FIELDS": DEMO_HUBSPOT_FIELDS},
    )
    return home


def test_transitions_and_deals_are_the_same(portal: Home, tables: Tables, tmp_path: Path) -> None:
    ours = {text: of_the_demo(portal, text) for text in (TRANSITIONS, DEALS)}
    folder = tmp_path / "files"
    exported = Settings(
        _env_file=None, home=tmp_path / "exported", sources=("files",), files_path=folder
    )
    write_deals(tables, set(ours[DEALS].deal_id), folder)
    files.extract(exported, "run")
    build(exported.home, AS_OF, select=MODELS, data_tests=False)
    assert len(ours[DEALS]) > 1_000
    assert len(ours[TRANSITIONS]) > 4_000
    for text, found in ours.items():
        pd.testing.assert_frame_equal(found, read(exported.paths, text))


def test_activities_are_the_same(portal: Home, tables: Tables) -> None:
    found = read(portal, "select * from intermediate.int_activities_unioned")
    found["activity_id"] = demo_ids(found.activity_id, FIRST_ACTIVITY, "AC-{:06d}")
    found["lead_id"] = demo_ids(found.lead_id, FIRST_LEAD, "L-{:05d}")
    found["rep_id"] = demo_ids(found.rep_id, FIRST_REP, "R-{:02d}")
    # What was merged or deleted has another id there, or none.
    is_alive = (found.deal_id.fillna("0").astype(int) < FIRST_MERGED).to_numpy()
    found["deal_id"] = demo_ids(found.deal_id, FIRST_ID, "D-{:05d}")
    deals = tables["deals"].set_index("deal_id")
    ended = deals.index[(deals.is_deleted == "true") | deals.merged_into_deal_id.notna()]
    exported = tables["activities"].set_index("activity_id")
    exported = exported[~exported.deal_id.isin(ended)]
    found = found[is_alive].set_index("activity_id").sort_index()
    found = found[found.index.isin(exported.index)]
    expected = exported.loc[found.index]
    assert len(found) > 2_000
    assert set(found.kind) == {"call", "email", "meeting", "demo"}
    for name in ("kind", "deal_id", "rep_id"):
        pd.testing.assert_series_equal(found[name], expected[name], check_dtype=False)
    times = pd.to_datetime(expected.occurred_at).dt.tz_localize(None)
    assert (found.occurred_at == times).all()
    for name in ("outcome", "objection"):
        is_email = expected.kind == "email"
        pd.testing.assert_series_equal(
            found[name][~is_email], expected[name][~is_email], check_dtype=False
        )
    minutes = expected.duration_minutes.astype(float)
    assert (found.duration_minutes.fillna(0) - minutes.fillna(0)).abs().max() < 1e-6
    # A contact of another team is not in the portal.
    contacts = read(portal, "select distinct lead_id from staging.stg_hubspot__leads").lead_id
    is_there = expected.lead_id.isin(demo_ids(contacts, FIRST_LEAD, "L-{:05d}"))
    leads = expected.lead_id.where(is_there)
    pd.testing.assert_series_equal(found.lead_id, leads, check_dtype=False)
    assert is_there.sum() > 400
    # None of a deal of the portal is missing.
    of_deals = exported[exported.deal_id.isin(set(found.deal_id.dropna()))]
    assert set(of_deals.index) <= set(found.index)


def test_columns_come_from_own_properties(portal: Home, tables: Tables) -> None:
    found = (
        of_the_demo(
            portal,
            "select deals.deal_id, deals.competitor, deals.lead_source, deals.campaign_id,"
            " deals.deal_type, told.budget, told.authority, told.need, told.timeline"
            " from marts.fct_deals as deals"
            " inner join intermediate.int_deals_unioned as told on deals.deal_id = told.deal_id",
        )
        .set_index("deal_id")
        .sort_index()
    )
    exported = tables["deals"].set_index("deal_id").loc[found.index]
    exported["campaign_id"] = exported.campaign_id.map(campaign_uuid, na_action="ignore")
    for name in parse_own_fields(DEMO_HUBSPOT_FIELDS)["deals"]:
        expected = exported[name].fillna("unknown")
        assert (found[name].fillna("unknown") == expected).all(), name
        assert (expected != "unknown").sum() > 200, name
    leads = read(
        portal, "select lead_id, lead_source, campaign_id from staging.stg_hubspot__leads"
    ).set_index("lead_id")
    numbers = demo_ids(leads.index.to_series(), FIRST_LEAD, "L-{:05d}").tolist()
    of_export = tables["leads"].set_index("lead_id").loc[numbers]
    assert leads.lead_source.fillna("").tolist() == of_export.source.fillna("").tolist()
    ids = of_export.campaign_id.map(campaign_uuid, na_action="ignore").fillna("")
    assert leads.campaign_id.fillna("").tolist() == ids.tolist()
    families = (
        read(
            portal,
            "select product_name, product_family from marts.dim_products"
            " where not is_inferred_member",
        )
        .set_index("product_name")
        .product_family
    )
    assert families.to_dict() == tables["products"].set_index("name").family.to_dict()


def test_products_and_campaigns_are_the_same(portal: Home, tables: Tables) -> None:
    products = read(
        portal,
        "select product_id, product_name as name, list_price from marts.dim_products"
        " where not is_inferred_member",
    )
    named = dict(zip(products.product_id, products.name, strict=True))
    expected = tables["products"].set_index("name").list_price.astype(float)
    prices = products.set_index("name").list_price.astype(float)
    assert prices.sort_index().to_dict() == expected.sort_index().to_dict()

    deals = of_the_demo(portal, "select deal_id, product_id from marts.fct_deals order by deal_id")
    of_export = tables["deals"].set_index("deal_id").product_id.loc[deals.deal_id]
    names = tables["products"].set_index("product_id").name
    is_alive = tables["deals"].set_index("deal_id").is_deleted.loc[deals.deal_id] != "true"
    sold = pd.Series(deals.product_id.map(named).to_numpy(), index=deals.deal_id)
    listed = of_export.map(names)
    assert (sold[is_alive & listed.notna()] == listed[is_alive & listed.notna()]).all()
    assert (is_alive & listed.notna()).sum() > 900

    campaigns = read(
        portal,
        "select campaign_id, campaign_name, started_date, budget from marts.dim_campaigns"
        " where not is_inferred_member",
    ).set_index("campaign_id")
    exported = tables["campaigns"].assign(id=lambda each: each.campaign_id.map(campaign_uuid))
    exported = exported.set_index("id")
    assert set(campaigns.index) == set(exported.index)
    exported = exported.loc[campaigns.index]
    assert (campaigns.campaign_name == exported["name"]).all()
    assert (campaigns.budget.astype(float) == exported.budget.astype(float)).all()
    assert (pd.to_datetime(campaigns.started_date) == pd.to_datetime(exported.started_on)).all()

    spend = read(
        portal,
        "select campaign_id, sum(spend) as spend from intermediate.int_campaign_spend_unioned"
        " group by campaign_id",
    )
    spent = tables["campaign_spend"].assign(spend=lambda each: each.spend.astype(float))
    of_export = spent.groupby(spent.campaign_id.map(campaign_uuid)).spend.sum()
    of_portal = spend.set_index("campaign_id").spend.astype(float)
    assert (of_portal - of_export).abs().max() < 0.01
    assert len(of_portal) == len(of_export)


def test_submissions_of_forms_are_touchpoints_of_contacts(portal: Home, tables: Tables) -> None:
    text = "select lead_id, occurred_at from intermediate.int_touchpoints_unioned where kind = '{}'"
    found = read(portal, text.format("form_submit"))
    found["lead_id"] = demo_ids(found.lead_id, FIRST_LEAD, "L-{:05d}")
    contacts = read(portal, "select distinct lead_id from staging.stg_hubspot__leads").lead_id
    known = set(demo_ids(contacts, FIRST_LEAD, "L-{:05d}"))
    exported = tables["touchpoints"]
    exported = exported[(exported.kind == "form_submit") & exported.lead_id.isin(known)]
    times = pd.to_datetime(exported.occurred_at).dt.tz_localize(None)
    assert len(found) > 300
    assert sorted(found.occurred_at) == sorted(times)
    # A person who is there twice under one address is one of the two.
    emails = tables["leads"].set_index("lead_id").email
    pairs = set(zip(found.lead_id.map(emails), found.occurred_at, strict=True))
    assert pairs == set(zip(exported.lead_id.map(emails), times, strict=True))


def demo_ids(ids: "pd.Series[str]", first: int, form: str) -> "pd.Series[str]":
    """The demo's ids of records of the portal."""
    return ids.map(lambda each: form.format(int(each) - first), na_action="ignore")


def write_deals(tables: Tables, deals: set[str], folder: Path) -> None:
    """The export of these deals alone."""
    folder.mkdir()
    tables["stages"].to_csv(folder / "stages.csv", index=False)
    for name in ("deals", "deal_stage_history", "deal_field_history"):
        table = tables[name]
        table[table.deal_id.isin(deals)].to_csv(folder / f"{name}.csv", index=False)


def of_the_demo(home: Home, text: str) -> pd.DataFrame:
    """Rows of the deals that the demo has, too, under its ids."""
    found = read(home, text)
    numbers = found.deal_id.astype(int)
    found["deal_id"] = numbers.sub(FIRST_ID).map(lambda number: f"D-{number:05d}")
    return found[numbers < FIRST_MERGED].reset_index(drop=True)


def read(home: Home, text: str) -> pd.DataFrame:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(text).df()
