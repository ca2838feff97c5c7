"""Every parameter of the simulated company: change the world here, and only here.

Raise `VERSION` with any change that alters the export, or homes keep the one they have.
"""

from dataclasses import dataclass
from datetime import date

VERSION = 1
SEED = 95

FIRST_DAY = date(2023, 7, 1)
LAST_DAY = date(2026, 6, 30)


@dataclass(frozen=True)
class Stage:
    """A stage, and what happens to deals in it.

    `mean_days` is the mean stay at average pace, `shape` that of its gamma distribution (1 is
    memoryless). `lost` and `back` are shares of exits of an average deal; the rest advances.
    """

    stage_id: str
    name: str
    kind: str
    probability: float
    canonical: str
    forecast_category: str
    mean_days: float = 0.0
    shape: float = 1.0
    lost: float = 0.0
    back: float = 0.0


@dataclass(frozen=True)
class Pipeline:
    """Stages in order: the open ones, then won, then lost."""

    pipeline_id: str
    name: str
    stages: tuple[Stage, ...]
    # Where a closed deal starts again when it is reopened, as a position among the open stages.
    reopens_lost_at: int
    reopens_won_at: int

    @property
    def open_stages(self) -> int:
        return len(self.stages) - 2


NEW_BUSINESS = Pipeline(
    "new_business",
    "New business",
    (
        Stage("qualification", "Qualification", "open", 0.10, "qualification", "pipeline",
              19, 1.7, 0.34, 0.00),
        Stage("discovery", "Discovery", "open", 0.20, "discovery", "pipeline",
              24, 1.7, 0.29, 0.03),
        Stage("proposal", "Proposal", "open", 0.45, "proposal", "best_case",
              24, 1.7, 0.24, 0.05),
        Stage("negotiation", "Negotiation", "open", 0.65, "negotiation", "best_case",
              18, 1.7, 0.14, 0.06),
        Stage("legal_review", "Legal review", "open", 0.85, "contract", "commit",
              7, 1.7, 0.05, 0.04),
        Stage("closed_won", "Won", "won", 1.0, "won", "closed"),
        Stage("closed_lost", "Lost", "lost", 0.0, "lost", "omitted"),
    ),
    reopens_lost_at=1,
    reopens_won_at=3,
)  # fmt: skip
RENEWAL = Pipeline(
    "renewal",
    "Renewal",
    (
        Stage("account_review", "Account review", "open", 0.60, "discovery", "pipeline",
              28, 1.7, 0.09, 0.00),
        Stage("renewal_offer", "Renewal offer", "open", 0.75, "proposal", "best_case",
              24, 1.7, 0.12, 0.03),
        Stage("confirmation", "Confirmation", "open", 0.90, "contract", "commit",
              14, 1.7, 0.05, 0.03),
        Stage("renewed", "Renewed", "won", 1.0, "won", "closed"),
        Stage("churned", "Churned", "lost", 0.0, "lost", "omitted"),
    ),
    reopens_lost_at=1,
    reopens_won_at=2,
)  # fmt: skip
PIPELINES = (NEW_BUSINESS, RENEWAL)

RENAMED_STAGE = {
    "pipeline_id": "new_business",
    "stage_id": "legal_review",
    "old_name": "Contract check",
    "new_name": "Legal review",
    "renamed_on": "2025-02-10",
}


@dataclass(frozen=True)
class Bottleneck:
    """The planted one: stays in this stage take `factor` times as long for deals of this team."""

    pipeline_id: str = "new_business"
    stage_id: str = "legal_review"
    segment_type: str = "team"
    segment: str = "Continental Europe"
    since: date = date(2026, 5, 1)
    factor: float = 4.0


BOTTLENECK = Bottleneck()


@dataclass(frozen=True)
class Team:
    """A sales team; `share` of all accounts are its own, split over countries by their weights."""

    name: str
    region: str
    sellers: int
    share: float
    countries: dict[str, float]


TEAMS = (
    Team("Continental Europe", "Europe", 10, 0.53,
         {"Germany": 5, "France": 4, "Netherlands": 3, "Spain": 2, "Italy": 2, "Austria": 1}),
    Team("UK and Ireland", "Europe", 4, 0.14, {"United Kingdom": 6, "Ireland": 1}),
    Team("Americas", "Americas", 4, 0.15, {"United States": 7, "Canada": 2, "Brazil": 1}),
    Team("Southeast Asia", "Southeast Asia", 3, 0.11,
         {"Indonesia": 6, "Singapore": 3, "Malaysia": 2}),
    Team("Middle East", "Middle East", 3, 0.07, {"United Arab Emirates": 3, "Qatar": 1}),
)  # fmt: skip

CURRENCIES = ("USD", "EUR", "GBP", "IDR")
CURRENCY_OF_COUNTRY = {
    "Germany": "EUR", "France": "EUR", "Netherlands": "EUR", "Spain": "EUR", "Italy": "EUR",
    "Austria": "EUR", "Ireland": "EUR", "United Kingdom": "GBP", "Indonesia": "IDR",
}  # fmt: skip
# The first rate to the reporting currency (USD), and the yearly volatility of its random walk.
EXCHANGE_RATES = {"EUR": (1.085, 0.06), "GBP": (1.265, 0.07), "IDR": (0.0000645, 0.05)}

PRODUCTS = (  # id, name, family, list price in USD, share of deals
    ("core-platform", "Core Platform", "Platform", 30_000, 0.34),
    ("analytics", "Analytics", "Platform", 18_000, 0.22),
    ("automation", "Automation", "Platform", 24_000, 0.16),
    ("connect", "Connect", "Integration", 9_000, 0.14),
    ("edge-gateway", "Edge Gateway", "Integration", 14_000, 0.08),
    ("premium-support", "Premium Support", "Services", 7_500, 0.06),
)


@dataclass(frozen=True)
class LeadSource:
    """Where deals come from: share of new business, log odds against loss, pace, marketing channel.

    Sources with a channel bring leads of campaigns; `lead_share` of the deals began as a lead.
    """

    name: str
    share: float
    quality: float
    pace: float
    lead_share: float
    channel: str | None = None


LEAD_SOURCES = (
    LeadSource("inbound_web", 0.24, 0.10, 1.05, 0.80),
    LeadSource("paid_search", 0.15, -0.05, 1.00, 0.80, "paid_search"),
    LeadSource("paid_social", 0.08, -0.25, 0.95, 0.80, "paid_social"),
    LeadSource("webinar", 0.10, 0.05, 1.00, 0.80, "webinar"),
    LeadSource("event", 0.09, 0.00, 0.95, 0.70, "event"),
    LeadSource("email", 0.08, -0.10, 1.00, 0.70, "email"),
    LeadSource("referral", 0.11, 0.45, 1.15, 0.30),
    LeadSource("partner", 0.07, 0.25, 1.00, 0.20),
    LeadSource("outbound", 0.08, -0.30, 0.90, 0.20),
)

SIZES = (  # employees from, to; share of accounts; log odds against loss; pace; price factor
    (8, 50, 0.34, 0.08, 1.10, 0.45),
    (50, 250, 0.32, 0.03, 1.03, 0.9),
    (250, 1000, 0.20, -0.03, 0.97, 1.8),
    (1000, 20000, 0.14, -0.12, 0.88, 4.0),
)

NEW_BUSINESS_DEALS = 15_600
LEGACY_DEALS = 100
ACCOUNTS = 3_200
FIRST_CUSTOMERS = 1_250
UNCONVERTED_LEADS = 15_500
CAMPAIGNS = 42

# Spread of sellers' skill (log odds), of a deal's own unseen quality and of its own pace (log).
SELLER_SKILL, DEAL_QUALITY, DEAL_PACE = 0.15, 0.30, 0.12

# Yearly growth of new business (log), and its season by month: holidays and quarter ends.
GROWTH = 0.15
SEASON = (0.97, 1.02, 1.10, 0.98, 1.00, 1.08, 0.92, 0.80, 1.10, 1.03, 1.05, 0.78)
# Season of the pace at which deals move. Moderate, so that a season is no bottleneck.
AUGUST_PACE, YEAR_END_PACE, QUARTER_END_PACE = 0.97, 0.94, 1.03

# Irregular ways, as shares of the exits (or of the closed deals) that could take them.
SKIP, SAME_MOMENT = 0.035, 0.012
REOPEN_LOST, REOPEN_WON, LOST_BY_MISTAKE = 0.03, 0.004, 0.003
REWRITES, LATE_ROWS = 0.015, 0.008
PIPELINE_SWITCHES, MERGED_DEALS, DELETED_DEALS = 60, 170, 180

AMOUNT_REVISED, CLOSE_DATE_PUSHED, HANDED_OVER = 0.22, 0.75, 0.02

EXPERIMENTS = (  # id, name, surface, metric, first day, share of B, true lift of conversion by B
    ("exp-cta-trial", "Start trial instead of contact us", "cta", "lead_conversion",
     date(2024, 9, 2), 0.5, 0.25),
    ("exp-email-subject", "Question as the subject line", "email", "lead_conversion",
     date(2025, 3, 3), 0.5, 0.0),
    ("exp-landing-proof", "Customer quotes above the fold", "landing_page", "lead_conversion",
     date(2025, 10, 6), 0.3, 0.12),
)  # fmt: skip
