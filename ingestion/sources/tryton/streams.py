"""The streams of Tryton: what is read, by which key, and what tells that it changed."""

from collections.abc import Iterator
from functools import partial

from ingestion.api.stream import Agreement, Bookmark, Page, Stream
from ingestion.sources.tryton.landed import TABLE
from ingestion.sources.tryton.opportunities import MODEL, Opportunities
from ingestion.sources.tryton.records import Records, parties_named
from ingestion.sources.tryton.server import Tryton
from jalur.paths import Home

TIMES = ["create_date", "write_date"]
EMPLOYEE_FIELDS = [*TIMES, "party.name", "party.email", "supervisor", "start_date", "active"]
PARTY_FIELDS = [*TIMES, "name", "code", "active"]
CAMPAIGN_FIELDS = [*TIMES, "name", "active"]


def streams(server: Tryton, home: Home, most_deletions: float = 0.05) -> list[Stream]:
    """In this order: what an opportunity refers to is landed before it."""

    def campaigns() -> list[int]:
        # Their module is one that a company may do without.
        there = server.fields(MODEL)
        return server.all_ids("marketing.campaign") if "marketing_campaign" in there else []

    found = {
        "employees": Records(
            server,
            home,
            "employees",
            "company.employee",
            EMPLOYEE_FIELDS,
            ids=partial(server.all_ids, "company.employee"),
            only_changed=False,
            most_deletions=most_deletions,
        ),
        "campaigns": Records(
            server,
            home,
            "campaigns",
            "marketing.campaign",
            CAMPAIGN_FIELDS,
            ids=campaigns,
            only_changed=False,
            most_deletions=most_deletions,
        ),
        "parties": Records(
            server,
            home,
            "parties",
            "party.party",
            PARTY_FIELDS,
            ids=partial(parties_named, server),
            only_changed=True,
            most_deletions=most_deletions,
        ),
    }
    opportunities = Opportunities(server, home, most_deletions)
    return [
        Stream("stages", ("id",), lambda _bookmark: read_stages(server)),
        *(
            Stream(name, ("id",), records.read, updated_at="changed_at")
            for name, records in found.items()
        ),
        Stream(
            TABLE,
            ("id", "revised_at"),
            opportunities.read,
            updated_at="revised_at",
            deleted="is_deleted",
            agreement=Agreement(opportunities.disagreeing, opportunities.again),
        ),
    ]


def read_stages(server: Tryton) -> Iterator[Page]:
    """The states of an opportunity, in the order and by the names that the server gives them."""
    answer = server.call(MODEL, "fields_get", {"fields_names": ["state"]})
    states = answer.body["state"]["selection"]
    records = [
        {"id": state, "name": name, "position": position}
        for position, (state, name) in enumerate(states, start=1)
    ]
    mark: Bookmark = {}
    yield Page(records, mark, f"{MODEL}/fields_get", answer.moment)
