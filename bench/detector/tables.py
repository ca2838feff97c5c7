"""What was measured, as tables for the screen."""

from typing import Any

from rich.table import Table

from bench.detector.bars import Bar

JALUR = "Jalur"
# Thresholds of the frontier, as multiples of the one in use.
FRONTIER = (0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
Found = dict[str, Any]


def tables(found: dict[str, Found]) -> list[Table]:
    """False alarms, what is found beside the rivals, the frontier, and what else is measured."""
    false = Table(
        "control", "series", "alarm-weeks", "onsets", title="False alarms per 100 series-weeks"
    )
    recalls = Table(
        "scenario", "rule", "8 weeks", "12 weeks", "median days",
        title="Found, at equal false alarms",
    )  # fmt: skip
    frontier = Table(
        "scenario", *(f"x {step}" for step in FRONTIER),
        title="Found within 8 weeks by threshold; in the controls: false alarm-weeks",
    )  # fmt: skip
    other = Table(
        "scenario", "closed in 6 weeks", "driver first", "cost: median error", "its bias",
        title="Targets",
    )  # fmt: skip
    for name, each in found.items():
        for where, place in each.get("false_alarms", {}).items():
            false.add_row(
                f"{name}, each {where}",
                str(place["series"]),
                f"{place['alarm_weeks_per_100']:.2f}",
                f"{place['onsets_per_100']:.2f}",
            )
            if where == "cell":
                weeks = (f"{at['alarm_weeks_per_100']:.2f}" for at in place["frontier"])
                frontier.add_row(name, *weeks)
        for rule, row in each.get("rules", {}).items():
            recalls.add_row(
                name if rule == JALUR else "",
                rule,
                f"{row['found_within_8_weeks'] / row['plants']:.2f}",
                f"{row['found_within_12_weeks'] / row['plants']:.2f}",
                str(row["median_delay_days"] or "-"),
            )
        if "rules" in each:
            steps = (at["found_within_8_weeks"] / at["plants"] for at in each["frontier"])
            frontier.add_row(name, *(f"{share:.2f}" for share in steps))
            other.add_row(
                name,
                f"{each['closed_within_6_weeks']:.2f} of {each['open_at_recovery']}",
                f"{each['driver_first']:.2f} of {each['explained']}" if "explained" in each else "",
                f"{each['cost_median_error']:.0%}" if "explained" in each else "",
                f"{each['cost_bias']:+.0%}" if "explained" in each else "",
            )
    return [false, recalls, frontier, other]


def bars_table(judged: list[Bar]) -> Table:
    """Every bar with what was found."""
    table = Table("bar", "wanted", "found", "95% interval", "met")
    for bar in judged:
        low, high = bar.interval
        interval = f"{low:.3f} to {high:.3f}"
        met = "yes" if bar.is_met else "NO" if bar.is_missed else "within chance"
        table.add_row(bar.name, bar.wanted, f"{bar.value:.3f}", interval, met)
    return table
