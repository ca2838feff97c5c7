"""Fill the org with a part of the demo company, as if that part had sold from Salesforce.

    company = Company(store, export, of_teams(export, "Americas"))
    company.play()                              # to the end of the export
    company.play(datetime(2026, 5, 1))          # or to a moment, and later on from there

Every change of the export is played through the store's operations at its time, so the org's
history is what Salesforce itself would have written.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from demo import world
from demo.servers.salesforce.company_activities import add_activities
from demo.servers.salesforce.company_deals import add_deals
from demo.servers.salesforce.company_export import Book, Row, rows
from demo.servers.salesforce.company_leads import add_leads, add_members
from demo.servers.salesforce.company_setup import add_accounts, add_campaigns, set_up
from demo.servers.salesforce.store import Store
from demo.servers.salesforce.timeline import Timeline

Keep = Callable[[Row], bool]
END = datetime.combine(world.LAST_DAY + timedelta(days=1), time(), UTC)


def of_teams(export: Path, *teams: str) -> Keep:
    """Deals whose seller is in one of the teams."""
    members = {row["rep_id"] for row in rows(export, "reps") if row["team"] in teams}
    return lambda deal: deal["rep_id"] in members


def since(day: str) -> Keep:
    """Deals made on that day or later: those after an acquisition, say."""
    return lambda deal: deal["created_at"] >= day


class Company:
    """The part of the company whose deals are kept, with all that belongs to them.

    Leads are kept if they became one of these deals, or became none and a seller of these has them.
    `ids` gives the Salesforce id of an id of the export.
    """

    def __init__(self, store: Store, export: Path, keep: Keep) -> None:
        self.store = store
        self.timeline = Timeline(store)
        self.book = book = Book(store, self.timeline, export, keep)
        self.ids = book.ids
        store.clock.set(datetime.combine(world.FIRST_DAY, time(), UTC) - timedelta(days=1000))
        set_up(book)
        add_accounts(book)
        add_campaigns(book)
        add_deals(book)
        add_leads(book)
        add_members(book)
        add_activities(book)

    def play(self, until: datetime = END) -> int:
        """Let the company live up to that moment; activities over for a year are archived."""
        played = self.timeline.play(until if until.tzinfo else until.replace(tzinfo=UTC))
        self.store.archive_activities()
        return played
