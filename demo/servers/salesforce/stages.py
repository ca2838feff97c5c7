"""What a stage decides about an opportunity: closed or not, its probability, its forecast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The name that people see, by the value that the API knows. Commit is the odd one.
FORECAST_NAMES = {
    "Omitted": "Omitted",
    "Pipeline": "Pipeline",
    "BestCase": "Best Case",
    "MostLikely": "Most Likely",
    "Forecast": "Commit",
    "Closed": "Closed",
}
FORECAST_VALUES = {name: value for value, name in FORECAST_NAMES.items()}


@dataclass(frozen=True)
class Stage:
    """A stage as the store needs it."""

    name: str
    is_closed: bool
    is_won: bool
    probability: float
    forecast: str


def stage_of(record: Mapping[str, Any]) -> Stage:
    """The stage of an OpportunityStage record."""
    return Stage(
        record["ApiName"],
        record["IsClosed"],
        record["IsWon"],
        record["DefaultProbability"],
        record["ForecastCategory"],
    )


def complete(record: dict[str, Any], stage: Stage | None, changed: Mapping[str, Any]) -> None:
    """Work out what follows from the stage, where the change does not say it itself."""
    if stage is not None and "StageName" in changed:
        record["IsClosed"], record["IsWon"] = stage.is_closed, stage.is_won
        if "Probability" not in changed:
            record["Probability"] = stage.probability
        if not {"ForecastCategory", "ForecastCategoryName"} & set(changed):
            record["ForecastCategory"] = stage.forecast
    if "ForecastCategoryName" in changed and "ForecastCategory" not in changed:
        record["ForecastCategory"] = FORECAST_VALUES[changed["ForecastCategoryName"]]
    forecast = record.get("ForecastCategory")
    record["ForecastCategoryName"] = None if forecast is None else FORECAST_NAMES[forecast]
    amount, probability = record.get("Amount"), record.get("Probability")
    record["ExpectedRevenue"] = (
        None if amount is None or probability is None else round(amount * probability / 100, 2)
    )
