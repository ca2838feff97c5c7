"""Campaigns with their daily spend, content and experiments."""

from dataclasses import dataclass

import numpy as np

from demo import world
from demo.clock import END, START
from demo.columns import (
    DAY,
    Columns,
    Ints,
    Texts,
    choose_allowed,
    identifiers,
    repeat_rows,
    stream,
    texts,
    where_not,
)

CHANNELS = ("paid_search", "paid_social", "webinar", "event", "email")
THEMES = ("Faster quotes", "Fewer spreadsheets", "One view of sales", "Ready for audit",
          "Grow with partners", "Automate the routine")  # fmt: skip
DAILY_SPEND = {"paid_search": 260, "paid_social": 180, "webinar": 90, "event": 420, "email": 35}
CLICK_PRICE = {"paid_search": 3.2, "paid_social": 1.9, "webinar": 2.4, "event": 9.0, "email": 0.35}
CONTENT = (
    ("Guide to cleaner sales data", "guide", "awareness"),
    ("Seven signs of a stuck pipeline", "article", "awareness"),
    ("State of sales operations", "report", "awareness"),
    ("Checklist for choosing a platform", "checklist", "consideration"),
    ("Platform overview", "video", "consideration"),
    ("Integration handbook", "guide", "consideration"),
    ("Security white paper", "white_paper", "decision"),
    ("Customer story: a freight company", "case_study", "decision"),
    ("Customer story: a hotel group", "case_study", "decision"),
    ("Return on investment calculator", "tool", "decision"),
)


@dataclass(frozen=True)
class Campaigns:
    """The tables `campaigns` and `campaign_spend`, and who was running when."""

    campaign_id: Texts
    channel: Ints
    started_at: Ints
    ended_at: Ints
    table: Columns
    spend: Columns

    def draw(self, rng: np.random.Generator, source: Ints, moments: Ints) -> Ints:
        """The campaign that brought a lead of that source then; -1 where none did."""
        channel = np.array([
            CHANNELS.index(row.channel) if row.channel else -1 for row in world.LEAD_SOURCES
        ])[source]  # fmt: skip
        running = (self.started_at <= moments[:, None]) & (self.ended_at > moments[:, None])
        return choose_allowed(rng, running & (self.channel == channel[:, None]))


def run_campaigns(seed: int) -> Campaigns:
    """Campaigns of every channel in turn, one after the other and often two at a time."""
    rng = stream(seed, "campaigns")
    count = world.CAMPAIGNS
    channel = np.arange(count) % len(CHANNELS)
    rounds = -(-count // len(CHANNELS))
    spacing = (END - START) // rounds
    started = START + (np.arange(count) // len(CHANNELS)) * spacing
    started = (started + rng.integers(-15, 15, count) * DAY) // DAY * DAY
    days = rng.integers(60, 200, count)
    order = np.argsort(started, kind="stable")
    channel, started, days = channel[order], started[order], days[order]
    campaign_id = identifiers("C-%02d", count)
    ended = started + days * DAY
    per_day = np.array([DAILY_SPEND[name] for name in CHANNELS])[channel]
    per_day = per_day * np.exp(rng.normal(0, 0.25, count))
    is_running = ended > END
    theme = rng.integers(0, len(THEMES), count)
    table: Columns = {
        "campaign_id": campaign_id,
        "name": texts([
            f"{CHANNELS[c].replace('_', ' ').capitalize()}: {THEMES[t]}"
            for c, t in zip(channel, theme, strict=True)
        ]),
        "channel": texts(CHANNELS)[channel],
        "started_on": started.astype("datetime64[s]").astype("datetime64[D]"),
        # Still running: the end is open.
        "ended_on": where_not(
            is_running, (ended - DAY).astype("datetime64[s]").astype("datetime64[D]").astype(str)
        ),
        "budget": np.round(per_day * days * 1.1, -2).astype(np.int64),
        "currency": texts(["USD"] * count),
    }  # fmt: skip
    spend = _daily_spend(rng, campaign_id, channel, started, np.minimum(ended, END), per_day)
    return Campaigns(campaign_id, channel, started, ended, table, spend)


def _daily_spend(
    rng: np.random.Generator, campaign_id: Texts, channel: Ints, started: Ints, ended: Ints,
    per_day: np.ndarray,
) -> Columns:  # fmt: skip
    counts = (ended - started) // DAY
    campaign = repeat_rows(counts)
    offset = np.arange(len(campaign)) - np.repeat(np.cumsum(counts) - counts, counts)
    day = started[campaign] + offset * DAY
    weekend = (day // DAY + 3) % 7 >= 5
    spend = per_day[campaign] * np.exp(rng.normal(0, 0.2, len(day))) * np.where(weekend, 0.5, 1)
    price = np.array([CLICK_PRICE[name] for name in CHANNELS])[channel[campaign]]
    clicks = rng.poisson(spend / price)
    return {
        "campaign_id": campaign_id[campaign],
        "spend_date": day.astype("datetime64[s]").astype("datetime64[D]"),
        "spend": np.round(spend, 2),
        "currency": texts(["USD"] * len(day)),
        "impressions": clicks * rng.integers(25, 60, len(day)) + rng.poisson(40, len(day)),
        "clicks": clicks,
    }


def content_table() -> Columns:
    """The table `content`."""
    return {
        "content_id": identifiers("CT-%02d", len(CONTENT)),
        "title": texts([row[0] for row in CONTENT]),
        "kind": texts([row[1] for row in CONTENT]),
        "buyer_stage": texts([row[2] for row in CONTENT]),
    }


def experiments_table() -> Columns:
    """The table `experiments`."""
    rows = world.EXPERIMENTS
    return {
        "experiment_id": texts([row[0] for row in rows]),
        "name": texts([row[1] for row in rows]),
        "surface": texts([row[2] for row in rows]),
        "metric": texts([row[3] for row in rows]),
        "started_on": np.array([row[4] for row in rows], dtype="datetime64[D]"),
        "planned_share": np.array([row[5] for row in rows]),
    }
