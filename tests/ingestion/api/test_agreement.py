"""A history that the source shows late is read again although nothing says that it changed."""

from datetime import timedelta
from typing import Any

from ingestion.extraction import Extraction
from jalur.checks import CheckResult
from tests.ingestion.api import org
from tests.ingestion.api.portal import Desk, differences


def stage_check(extraction: Extraction) -> CheckResult:
    (found,) = [c for c in extraction.checks if c.check_name.endswith("_stage_as_history")]
    return found


def counts(extraction: Extraction, entity: str) -> tuple[int, int, int]:
    (found,) = [each for each in extraction.entities if each.entity == entity]
    assert found.rows_read == found.rows_landed + found.rows_unchanged + found.rows_quarantined
    return found.rows_read, found.rows_landed, found.rows_unchanged


def stages(desk: Desk, deal: int) -> list[str]:
    _, payload = desk.landed("deals")[str(deal)]
    return [entry["value"] for entry in payload["propertiesWithHistory"]["dealstage"]]


def moved_without_history(desk: Desk) -> tuple[int, list[Any]]:
    """A deal that moved on, the entry of which HubSpot does not show yet; and its true history."""
    deal, *_ = [
        desk.store.create("deals", {"dealname": f"Deal {n}", "dealstage": "new"}) for n in range(3)
    ]
    desk.store.clock.advance(3600)
    desk.extract()
    desk.store.clock.advance(3600)
    desk.store.update("deals", deal, {"dealstage": "won"})
    true = desk.store["deals", deal].changes["dealstage"]
    desk.store["deals", deal].changes["dealstage"] = true[:-1]
    return deal, true


def test_hubspot_shows_an_entry_late(desk: Desk) -> None:
    deal, true = moved_without_history(desk)
    first = desk.extract()
    assert stages(desk, deal) == ["new"]
    check = stage_check(first)
    assert (check.status, check.severity, check.failing_rows) == ("failed", "warning", 1)
    assert check.detail.endswith(f": {deal}")
    # Read once more in vain: nothing was landed twice.
    assert counts(first, "deals") == (2, 1, 1)
    desk.store.clock.advance(timedelta(days=2).total_seconds())
    desk.store["deals", deal].changes["dealstage"] = true
    second = desk.extract()
    assert stages(desk, deal) == ["won", "new"]
    assert counts(second, "deals") == (1, 1, 0)
    assert stage_check(second).status == "passed"
    assert differences(desk) == []
    assert counts(desk.extract(), "deals") == (0, 0, 0)


def test_hubspot_shows_an_entry_before_the_sync_ends(desk: Desk) -> None:
    deal, true = moved_without_history(desk)
    calls = desk.server.faults.calls
    desk.extract()
    calls = desk.server.faults.calls - calls
    desk.store.clock.advance(3600)
    # The last call of such a sync is the one that reads the deal again.
    desk.server.faults.before_call(
        calls, lambda: desk.store["deals", deal].changes.update(dealstage=true)
    )
    assert stage_check(desk.extract()).status == "passed"
    assert stages(desk, deal) == ["won", "new"]


def test_salesforce_shows_an_entry_late(sf: org.Desk) -> None:
    deal, other = sf.org.deal(), sf.org.deal()
    sf.store.clock.tick(hours=1)
    sf.extract()
    sf.store.clock.tick(hours=1)
    for each in (deal, other):
        sf.store.update("Opportunity", each, {"StageName": "Contract"})
    history = sf.store.records["OpportunityHistory"]
    (late,) = [
        row
        for row in history.values()
        if (row["OpportunityId"], row["StageName"]) == (deal, "Contract")
    ]
    del history[late["Id"]]
    sf.store.clock.tick(hours=1)
    first = stage_check(sf.extract())
    assert (first.failing_rows, first.detail.endswith(f": {deal}")) == (1, True)
    # Long after any lookback it is there; neither it nor its opportunity has another time.
    sf.store.clock.tick(days=2)
    history[late["Id"]] = late
    second = sf.extract()
    assert stage_check(second).status == "passed"
    assert org.differences(sf) == []
    assert counts(second, "opportunity_history") == (2, 1, 1)
    assert counts(second, "opportunity") == (1, 0, 1)
    assert counts(sf.extract(), "opportunity_history") == (0, 0, 0)
