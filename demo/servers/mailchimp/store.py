"""E-mail campaigns and what became of them, as far as the server's clock has come."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

# Which share of all opens and clicks has come an hour, a day, a week and a month after the send.
GROWTH = (
    (timedelta(hours=1), Decimal("0.2")),
    (timedelta(days=1), Decimal("0.7")),
    (timedelta(days=7), Decimal("0.95")),
    (timedelta(days=21), Decimal(1)),
)


@dataclass
class Mailing:
    """A campaign, unsent while `sent_at` is None or lies ahead. Its counts are the final ones."""

    id: str
    title: str
    created_at: datetime
    sent_at: datetime | None
    emails: int
    opens: int
    clicks: int
    unsubscribed: int = 0
    bounced: int = 0

    def is_sent(self, now: datetime) -> bool:
        """Whether it was sent by then."""
        return self.sent_at is not None and self.sent_at <= now

    def so_far(self, now: datetime) -> tuple[int, int, int]:
        """Opens, clicks and unsubscriptions by then."""
        assert self.sent_at is not None
        share = max(
            (share for after, share in GROWTH if now - self.sent_at >= after), default=Decimal(0)
        )
        return int(self.opens * share), int(self.clicks * share), int(self.unsubscribed * share)


@dataclass
class Store:
    """What the server serves. `now` is its clock, which stands still until a test moves it."""

    now: datetime
    mailings: dict[str, Mailing] = field(default_factory=dict)

    def add(self, mailing: Mailing) -> None:
        """Add or replace a campaign."""
        self.mailings[mailing.id] = mailing


def campaign(found: Mailing, now: datetime) -> dict[str, Any]:
    """A campaign in Mailchimp's words."""
    sent = found.is_sent(now)
    return {
        "id": found.id,
        "web_id": int(found.id, 16),
        "type": "regular",
        "create_time": moment(found.created_at),
        "status": "sent" if sent else "save",
        "emails_sent": found.emails if sent else 0,
        "send_time": moment(found.sent_at) if sent and found.sent_at else "",
        "recipients": {"list_id": "a1b2c3d4e5", "list_name": "Customers"},
        "settings": {
            "subject_line": found.title,
            "title": found.title,
            "from_name": "Demo company",
            "reply_to": "sales@demo.example",
        },
        "_links": [],
    }


def report(found: Mailing, now: datetime) -> dict[str, Any]:
    """The report of a campaign that was sent."""
    assert found.sent_at is not None
    opens, clicks, unsubscribed = found.so_far(now)
    return {
        "id": found.id,
        "campaign_title": found.title,
        "type": "regular",
        "list_id": "a1b2c3d4e5",
        "emails_sent": found.emails,
        "abuse_reports": 0,
        "unsubscribed": unsubscribed,
        "send_time": moment(found.sent_at),
        "bounces": {"hard_bounces": found.bounced, "soft_bounces": 0, "syntax_errors": 0},
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": {"opens_total": opens + opens // 4, "unique_opens": opens},
        "clicks": {
            "clicks_total": clicks + clicks // 4,
            "unique_clicks": clicks,
            "unique_subscriber_clicks": clicks,
        },
        "_links": [],
    }


def moment(at: datetime) -> str:
    """ISO 8601 with whole seconds and an offset."""
    return at.isoformat(timespec="seconds")
