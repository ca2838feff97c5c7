"""Google Analytics 4: sessions and key events by campaign and day."""

from dataclasses import replace
from datetime import date

from ingestion.api.client import ApiClient, Patience
from ingestion.api.daily import Account, Daily, Results, days_of, today_in
from ingestion.api.sync import sync
from ingestion.extraction import Extraction, Progress
from ingestion.sources.ga4.login import auth
from ingestion.sources.ga4.reports import (
    ROWS_PER_CALL,
    Reports,
    Shortcomings,
    is_error,
    is_token_limit,
)
from jalur.checks import CheckResult
from jalur.errors import ConfigurationError
from jalur.settings import Settings

SOURCE, TABLE = "ga4", "campaign_results"
KEY = ("property", "sessions_of", "date")
DAYS_PER_CALL = 31
# Ten errors of its servers an hour, and Google answers a property no more.
PATIENCE = Patience(attempts=6, first_pause=2.0)


def extract(
    settings: Settings,
    run_id: str,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
    rows_per_call: int = ROWS_PER_CALL,
) -> Extraction:
    """Land what is new in Google Analytics; raises `ConfigurationError` without a way to log in."""
    if not settings.ga4_properties:
        raise ConfigurationError(
            "JALUR_GA4_PROPERTIES: the number of a property is missing, such as 342100077"
            " (where to find it: ingestion/sources/ga4/README.md)"
        )
    patience = patience or PATIENCE
    client = ApiClient(
        SOURCE,
        settings.ga4_url,
        auth(SOURCE, settings, patience),
        patience=patience,
        is_exhausted=is_token_limit,
        is_wrong=is_error,
    )
    reports = Reports(client, rows_per_call)

    def accounts() -> list[Account]:
        found = [(each, *reports.time_zone(each)) for each in settings.ga4_properties]
        return [Account(each, today_in(SOURCE, zone, a.moment)) for each, zone, a in found]

    def fetch(account: Account, first: date, last: date) -> Results:
        rows, answer = reports.rows(account.id, first, last)
        return Results(rows, f"v1beta/properties/{account.id}:runReport", answer.moment)

    # Google files what it attributed later under other names, so any share of rows may vanish; a
    # permission that was taken away is an error and no empty report.
    daily = Daily(
        settings.paths, SOURCE, TABLE, KEY, accounts, fetch, days_of(settings, DAYS_PER_CALL), 1.0
    )
    found = sync(settings.paths, SOURCE, run_id, [daily.stream], progress=progress)
    return replace(found, checks=(*found.checks, is_complete(reports.shortcomings)))


def is_complete(shortcomings: Shortcomings) -> CheckResult:
    """A warning that says how many reports had rows rolled into one, withheld or estimated."""
    counts = {
        "had rows rolled into (other)": shortcomings.other,
        "had rows withheld below a threshold": shortcomings.withheld,
        "were estimated from a sample": shortcomings.sampled,
    }
    told = [f"{count} {words}" for words, count in counts.items() if count]
    return CheckResult(
        check_name=f"{TABLE}_complete",
        source=SOURCE,
        entity=TABLE,
        severity="warning",
        status="failed" if told else "passed" if shortcomings.reports else "skipped",
        failing_rows=sum(counts.values()),
        detail=f"Of {shortcomings.reports} reports {', '.join(told)}" if told else "",
    )
