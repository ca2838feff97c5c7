"""Salesforce in the warehouse: what its records become behind staging."""

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from tests.ingestion.api.org import Desk
from tests.warehouse import build

SELECT = "+fct_stage_transitions +fct_deals +int_lead_status_changes"


def built(sf: Desk, text: str, select: str = SELECT) -> list[tuple[Any, ...]]:
    as_of = (sf.store.clock.now + timedelta(days=1)).replace(tzinfo=None)
    build(sf.home.root, as_of, source="salesforce", select=select, data_tests=False)
    return rows(sf, text)


def rows(sf: Desk, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(sf.home.root / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(text).fetchall()


def change(sf: Desk, deal: str, **values: Any) -> None:
    sf.store.clock.tick(hours=5)
    sf.store.update("Opportunity", deal, values, sf.org.seller)


def expected_transitions(sf: Desk) -> list[tuple[str, str | None, str, datetime]]:
    """From the org's own history: what changed the stage, in the order of time and then of id."""
    found = []
    history = sf.store.all("OpportunityHistory", with_deleted=True)
    last: dict[str, str] = {}
    for row in sorted(history, key=lambda row: (row["CreatedDate"], row["Id"])):
        deal, stage = row["OpportunityId"], row["StageName"]
        if last.get(deal) != stage:
            moment = datetime.fromisoformat(row["CreatedDate"]).astimezone(UTC)
            found.append((deal, last.get(deal), stage, moment.replace(tzinfo=None)))
        last[deal] = stage
    return sorted(found, key=lambda row: (row[0], row[3]))


def test_transitions_are_those_of_the_org(real_org: Desk) -> None:
    sf = real_org
    other = sf.store.insert("User", {"Name": "Olga Other", "IsActive": True})
    straight, back, gone, still = (sf.org.deal(Name=name) for name in "abcd")
    change(sf, straight, StageName="Contract")
    change(sf, straight, Amount=1500.0)
    change(sf, straight, StageName="Won")
    for stage in ("Contract", "Proposal", "Contract"):
        change(sf, back, StageName=stage)
    change(sf, back, OwnerId=other)
    change(sf, gone, StageName="Contract")
    sf.store.clock.tick(hours=1)
    sf.store.delete("Opportunity", gone)
    sf.extract()
    found = built(
        sf,
        "select deal_id, from_stage_id, to_stage_id, transitioned_at"
        " from marts.fct_stage_transitions order by deal_id, transition_number",
    )
    assert found == expected_transitions(sf)
    deals = rows(sf, "select deal_id, status, amount, pipeline_id, rep_id from marts.fct_deals")
    assert {row[0]: row[1:] for row in deals} == {
        straight: ("won", 1500, "default", sf.org.seller),
        back: ("open", 1000, "default", other),
        gone: ("deleted", 1000, "default", sf.org.seller),
        still: ("open", 1000, "default", sf.org.seller),
    }
    # A second reading adds what is new to what was staged.
    change(sf, still, StageName="Won")
    sf.extract()
    again = built(
        sf,
        "select deal_id, from_stage_id, to_stage_id, transitioned_at"
        " from marts.fct_stage_transitions order by deal_id, transition_number",
    )
    assert again == expected_transitions(sf)
