"""The demo company over the APIs of its marketing is that of the export: day by day, in staging."""

from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from demo.servers.ga4 import Analytics
from demo.servers.ga4 import company as website
from demo.servers.linkedin_ads import LinkedInAds
from demo.servers.linkedin_ads import company as advertising
from demo.servers.loopback import serve
from demo.servers.mailchimp import MailchimpServer
from demo.servers.mailchimp import company as mailing
from demo.servers.mailchimp.company import mailing_id
from ingestion.sources import ga4, linkedin_ads, mailchimp
from jalur.settings import Settings
from tests.demo.conftest import Tables
from tests.warehouse import build, marts

SOURCES = "linkedin_ads,ga4,mailchimp"
MODELS = (
    "+int_campaigns_unioned +int_campaign_spend_unioned"
    " stg_ga4__campaign_results stg_mailchimp__campaign_results"
)
AS_OF = datetime(2026, 7, 31)
# A day of the last campaign on LinkedIn, and as many days back as reach it.
RESTATED, RESTATED_DAYS = ("C-40", date(2026, 5, 10)), 60
NEWEST = (
    " qualify row_number() over (partition by record_id"
    " order by source_updated_at desc, extracted_at desc, load_seq desc) = 1"
)

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def home(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the three, each read twice; in between LinkedIn restated a day."""
    ads, web, mails = (
        LinkedInAds(advertising.fill(export)),
        Analytics(website.fill(export)),
        MailchimpServer(mailing.fill(export)),
    )
    root = tmp_path_factory.mktemp("platforms")
    with ExitStack() as running:
        urls = [running.enter_context(serve(server)) for server in (ads, web, mails)]
        client, secret = web.login.client
        settings = Settings(
            _env_file=None,
            home=root,
            sources=tuple(SOURCES.split(",")),
            results_since=date(2023, 6, 1),
            results_restated=RESTATED_DAYS,
            linkedin_ads_url=urls[0],
            linkedin_ads_token=LinkedInAds.token,
            ga4_url=urls[1],
            ga4_login_url=f"{urls[1]}/token",
            ga4_properties=website.PROPERTY,
            ga4_refresh_token="1//loopback",
            ga4_client_id=client,
            ga4_client_secret=secret,
            mailchimp_url=urls[2],
            mailchimp_key=mails.account.key,
        )
        for source in (linkedin_ads, ga4, mailchimp):
            first = source.extract(settings, "run1")
            assert first.rows_landed > 0
            assert all(check.status != "failed" for check in first.checks)
        ads.store.days.restate(*RESTATED, spend=Decimal("1.11"))
        ads.store.now += timedelta(hours=1)
        assert linkedin_ads.extract(settings, "run2").rows_landed == 1
        assert ga4.extract(settings, "run2").rows_landed == 0
        assert mailchimp.extract(settings, "run2").rows_landed == 0
    build(root, AS_OF, source=SOURCES, select=MODELS, data_tests=False)
    return root


def found(home: Path, text: str) -> pd.DataFrame:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(text).df()


def exported(tables: Tables, *channels: str) -> pd.DataFrame:
    """Spend, impressions and clicks of some channels by campaign and day, as numbers."""
    campaigns = tables["campaigns"]
    wanted = campaigns.campaign_id[campaigns.channel.isin(channels)]
    rows = tables["campaign_spend"]
    rows = rows[rows.campaign_id.isin(wanted)]
    return rows.astype({"spend": float, "impressions": int, "clicks": int})


def test_spend_by_campaign_and_day_is_that_of_the_export(home: Path, tables: Tables) -> None:
    theirs = exported(tables, *advertising.CHANNELS)
    restated = (theirs.campaign_id == RESTATED[0]) & (theirs.spend_date == str(RESTATED[1]))
    assert restated.sum() == 1
    theirs.loc[restated, "spend"] = 1.11
    ours = found(
        home,
        "select cast(campaign_id as bigint) - 320000000 as number,"
        " cast(spend_date as text) as spend_date, cast(spend as double) as spend, currency,"
        " impressions, clicks from intermediate.int_campaign_spend_unioned",
    )
    ours["campaign_id"] = ours.number.map("C-{:02}".format)
    names = ["campaign_id", "spend_date", "spend", "currency", "impressions", "clicks"]
    assert len(ours) == len(theirs) > 1_500
    pd.testing.assert_frame_equal(in_order(ours[names]), in_order(theirs[names]), check_dtype=False)


def test_sessions_by_campaign_and_day_are_the_clicks(home: Path, tables: Tables) -> None:
    ours = found(
        home,
        "select campaign_id, cast(result_date as text) as spend_date, sessions as clicks,"
        " cast(ad_cost as double) as ad_cost, ad_impressions, channel_group"
        f" from staging.stg_ga4__campaign_results where campaign_id <> '(not set)' {NEWEST}",
    )
    names = ["campaign_id", "spend_date", "clicks"]
    theirs = exported(tables, *website.GROUPS)
    assert len(ours) == len(theirs) > 5_000
    pd.testing.assert_frame_equal(in_order(ours[names]), in_order(theirs[names]), check_dtype=False)
    bought = exported(tables, website.LINKED)
    assert ours.ad_cost.sum() == pytest.approx(bought.spend.sum())
    assert ours.ad_impressions.sum() == bought.impressions.sum()
    # Whatever Analytics knows of cost, it is no spend of ours.
    sources = found(home, "select distinct source from intermediate.int_campaign_spend_unioned")
    assert sources.source.tolist() == ["linkedin_ads"]


def test_key_events_are_the_touchpoints(home: Path, tables: Tables) -> None:
    ours = found(
        home,
        "select campaign_id = '(not set)' as is_direct, sum(key_events) as events"
        f" from (select * from staging.stg_ga4__campaign_results {NEWEST}) group by all"
        " order by is_direct",
    )
    touched = tables["touchpoints"].campaign_id
    ran = exported(tables, *website.GROUPS)
    days = set(zip(ran.campaign_id, ran.spend_date, strict=True))
    dated = zip(touched, tables["touchpoints"].occurred_at.str[:10], strict=True)
    of_campaigns = sum(pair in days for pair in dated)
    assert ours.events.tolist() == [of_campaigns, len(touched) - of_campaigns]


def test_mailings_and_their_results(home: Path, tables: Tables) -> None:
    campaigns = tables["campaigns"]
    mails = campaigns[campaigns.channel == "email"].set_index("campaign_id")
    ours = found(
        home,
        "select campaign_id, name, channel, cast(started_on as text) as started_on,"
        " budget, is_deleted from intermediate.int_campaigns_unioned where source = 'mailchimp'",
    ).set_index("campaign_id")
    assert len(ours) == len(mails) == 8
    for campaign_id, theirs in mails.iterrows():
        row: Any = ours.loc[mailing_id(str(campaign_id))]
        assert (row["name"], row.channel, row.started_on, row.is_deleted) == (
            theirs["name"], "email", theirs.started_on, False,
        )  # fmt: skip
    assert ours.budget.isna().all()
    touched = tables["touchpoints"].campaign_id.value_counts()
    results = found(home, f"select * from staging.stg_mailchimp__campaign_results {NEWEST}")
    by_campaign = results.set_index("campaign_id")
    for campaign_id in mails.index:
        row = by_campaign.loc[mailing_id(campaign_id)]
        assert row.unique_opens == touched[campaign_id]
        assert row.emails_sent == 12 * touched[campaign_id]
        assert row.unsubscribed == touched[campaign_id] // 50
        assert row.sent_at == datetime.fromisoformat(f"{mails.started_on[campaign_id]}T09:00:00")
    assert set(results.unreadable_fields) == {""}


def test_a_company_without_a_crm_has_campaigns_and_no_deals(home: Path) -> None:
    build(home, AS_OF, source=SOURCES)
    made = marts(home)
    # Each source has its unknown campaign, too.
    assert made["dim_campaigns"].groupby("source").size().to_dict() == {
        "linkedin_ads": 16 + 1,
        "mailchimp": 8 + 1,
        "ga4": 1,
    }
    assert len(made["fct_deals"]) == len(made["fct_stage_transitions"]) == 0


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["campaign_id", "spend_date"]).reset_index(drop=True)
