"""Every text of the report."""

TEXTS = {
    "title": "Sales pipeline report",
    "as_of": "As of",
    "published": "Published",
    "open_pipeline": "Open pipeline",
    "open_deals": "Open deals",
    "win_rate_90": "Win rate, last 90 days",
    "win_rate_365": "Win rate, last 12 months",
    "win_rate_note": "won of won and lost, by count",
    "cycle": "Typical days to win",
    "cycle_note": "median of deals won in 12 months",
    "bottlenecks": "Where deals are stuck",
    "no_bottleneck": "Nowhere: every stage moves at its usual pace.",
    "since": "since about",
    "kinds": {
        "slow": "Slower than it was",
        "leaking": "Losing more deals than before",
        "piling_up": "More deals come in than leave",
    },
    "instead": "{observed} instead of {expected}",
    "counted": {
        "slow": "deals that left in {weeks} weeks, instead of those that would have at the usual "
        "pace",
        "leaking": "deals that moved on in {weeks} weeks, instead of those of as many that would "
        "have before",
        "piling_up": "deals that left in {weeks} weeks, instead of as many as came in",
    },
    "held_up": "Held up",
    "held_up_note": "{deals} deals that wait longer than usual",
    "cost": {
        "slow": "Delayed per week",
        "leaking": "Lost per week",
        "piling_up": "Delayed per week",
    },
    "cost_note": "missing moves x chance to win x amount",
    "driver": "What drives it",
    "action": "What to do first",
    "first_deals": "Deals to move first",
    "days_there": "{days} days there, usually {usual}",
    "funnel": "How far deals get",
    "funnel_note": "Deals that reached each stage in the last 12 full months, and the share that "
    "went on from it. Deals that are still there count as not gone on.",
    "durations": "How long deals stay in a stage",
    "durations_note": "Typical days (median) by quarter of entry. Deals that are still there are "
    "counted as lasting, so a slowdown shows before it is over.",
    "transitions": "Where deals go next",
    "transitions_note": "Share of all moves out of a stage, since the beginning.",
    "cohorts": "How many deals are won, and how soon",
    "cohorts_note": "Share of the deals created in a month that were won by the end of the month n "
    "months later. Grey: that month is not over yet.",
    "open_over_time": "Open pipeline over time",
    "open_over_time_note": "Amount of open deals at the end of each week, by stage, in {currency}.",
    "quality": "How good the data are",
    "quality_good": "All {checks} checks passed.",
    "quality_none": "No check has run on these figures yet.",
    "quality_found": "{passed} of {checks} checks passed; the others found:",
    "marts": "Tables behind this report",
    "nothing_yet": "Nothing to show yet.",
    "rows": "rows",
}
