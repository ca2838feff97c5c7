"""Query jobs of Bulk API 2.0: few calls for many records, as CSV.

The jobs of simple-salesforce forget where they were when the process ends; these are known by an id
and a locator, so that the next run goes on with the page that was not landed.
"""

import time
from collections.abc import Iterator
from contextlib import suppress

from ingestion.sources.salesforce.answers import CsvPage, Refused
from ingestion.sources.salesforce.client import SalesforceClient

JOBS = "jobs/query"
ROWS = 10_000
# Salesforce gives up on a job long before that.
LONGEST_WAIT = 6 * 3600.0


def start(client: SalesforceClient, soql: str) -> str:
    """The id of a new job; raises `Refused` where the object or the query is none for it."""
    return str(client.post(JOBS, {"operation": "queryAll", "query": soql}).body["id"])


def wait(client: SalesforceClient, job: str) -> None:
    """Until the job is complete; raises `Refused` where it failed or is not known any more."""
    pause, waited = client.patience.first_pause, 0.0
    while True:
        info = client.get(f"{JOBS}/{job}").body
        if info["state"] == "JobComplete":
            return
        if info["state"] in ("Failed", "Aborted") or waited > LONGEST_WAIT:
            why = str(info.get("errorMessage", f"not complete after {waited:.0f} s"))
            raise Refused(f"{client.source}: bulk query of {info['object']}", 200,
                          info["state"], why)  # fmt: skip
        time.sleep(pause)
        waited += pause
        pause = min(2 * pause, client.patience.longest_pause)


def page(client: SalesforceClient, job: str, locator: str | None) -> CsvPage:
    """One page of the result of a complete job."""
    params: dict[str, object] = {"maxRecords": ROWS}
    return client.rows(f"{JOBS}/{job}/results", params | ({"locator": locator} if locator else {}))


def read(client: SalesforceClient, soql: str) -> Iterator[CsvPage]:
    """All pages of a query by a job of its own."""
    job = start(client, soql)
    wait(client, job)
    locator = None
    while True:
        rows = page(client, job, locator)
        yield rows
        locator = rows.locator
        if locator is None:
            break
    forget(client, job)


def forget(client: SalesforceClient, job: str) -> None:
    """Delete a job that was read; where that fails, Salesforce does it after a week."""
    with suppress(Refused):
        client.delete(f"{JOBS}/{job}")
