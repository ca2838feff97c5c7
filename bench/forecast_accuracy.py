"""How good is the forecast? The marts' own SQL on simulated companies, month after month.

Prints the error of each method and of the published default against stage-weighted and naive
forecasts, how often the 80% intervals held, and whether the bars were met. `SEED=` gives other
companies, `COMPANIES=` more of them. Writes `<home>/bench/forecast_accuracy.json`.
"""

import json
import os
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.forecast_backtest import PERIODS, Scores, backtest, compiled_models
from bench.forecast_company import SCENARIOS
from jalur.settings import load_settings

STALE = "stale deals pile up"


def show(console: Console, period: str, found: dict[str, dict[str, Scores]]) -> None:
    """One table per period: the default's error, absolute and as a share of the others'."""
    table = Table(
        "scenario", "WAPE default", "stage_age", "stage only", "weighted", "naive",
        "/ weighted", "/ naive", "age / stage only", "coverage", "bias", title=period,
    )  # fmt: skip
    for scenario, periods in found.items():
        scores = periods[period]
        wape = {method: score["wape"] for method, score in scores.items()}
        table.add_row(
            scenario,
            *(
                f"{wape[method]:.3f}"
                for method in (
                    "default", "stage_age", "stage_landmark", "stage_weighted", "last_month"
                )
            ),
            f"{wape['default'] / wape['stage_weighted']:.2f}",
            f"{wape['default'] / wape['last_month']:.2f}",
            f"{wape['stage_age'] / wape['stage_landmark']:.2f}",
            f"{scores['default']['coverage']:.3f}",
            f"{scores['default']['bias']:+.3f}",
        )  # fmt: skip
    console.print(table)


def bars(found: dict[str, dict[str, Scores]]) -> list[dict[str, str | float | bool]]:
    """What the forecast a month ahead must reach, and what it does."""
    month = {scenario: periods["this_month"] for scenario, periods in found.items()}

    def ratio(scenario: str, method: str, other: str) -> float:
        return month[scenario][method]["wape"] / month[scenario][other]["wape"]

    weighted = [ratio(scenario, "default", "stage_weighted") for scenario in month]
    naive = [ratio(scenario, "default", "last_month") for scenario in month]
    scores = [each["default"] for each in month.values()]
    hits = sum(score["coverage"] * score["forecasts"] for score in scores)
    forecasts = sum(score["forecasts"] for score in scores)
    stale = ratio(STALE, "stage_age", "stage_landmark")
    rows = (
        ("80% intervals hold", hits / forecasts, 0.75, 0.87),
        ("WAPE / stage-weighted, median scenario", median(weighted), 0, 0.85),
        ("WAPE / stage-weighted, worst scenario", max(weighted), 0, 1.0),
        ("WAPE / last month, median scenario", median(naive), 0, 0.65),
        ("WAPE by age / by stage only, stale deals", stale, 0, 0.85),
    )
    return [
        {"bar": bar, "found": value, "from": low, "to": high, "is_met": low <= value <= high}
        for bar, value, low, high in rows
    ]


def main() -> None:
    """Simulate, forecast, print and write."""
    seed = int(os.environ.get("SEED", "1"))
    companies = int(os.environ.get("COMPANIES", "10"))
    console = Console()
    found = {}
    with TemporaryDirectory() as folder:
        models = compiled_models(Path(folder))
        for number, scenario in enumerate(track(SCENARIOS, "simulating", console=console)):
            random = np.random.default_rng([seed, number])
            found[scenario.name] = backtest(models, scenario, companies, random)
    for period in PERIODS:
        show(console, period, found)
    judged = bars(found)
    table = Table("bar, a month ahead", "found", "from", "to", "met")
    for bar in judged:
        met = "yes" if bar["is_met"] else "NO"
        table.add_row(str(bar["bar"]), f"{bar['found']:.3f}", str(bar["from"]), str(bar["to"]), met)
    console.print(table)
    path = load_settings().paths.bench / "forecast_accuracy.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    summary = {"seed": seed, "companies": companies, "bars": judged, "results": found}
    path.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {path}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
