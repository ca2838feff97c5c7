"""What lies where in the home: the only place that knows a file name below it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

PUBLISHED_DATABASE = "sales_pipeline.duckdb"


@dataclass(frozen=True)
class Home:
    """The folder below which everything that Jalur writes goes."""

    root: Path

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    def landed_table(self, source: str, table: str) -> Path:
        """The folder with the Parquet files of one landed entity."""
        return self.landing / f"raw_{source}" / table

    def erased(self, source: str) -> Path:
        """The persons of a source who were erased: part of the log, not of the state."""
        return self.landing / f"raw_{source}" / "_erased.json"

    @property
    def erasures(self) -> Path:
        """One line per erasure: that it was done, and nothing of whom."""
        return self.root / "erasures.jsonl"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def revisions(self) -> Path:
        return self.root / "revisions"

    def revision(self, run_id: str) -> Path:
        return self.revisions / run_id

    @property
    def serving(self) -> Path:
        """A symlink to the current revision."""
        return self.root / "serving"

    @property
    def published_database(self) -> Path:
        return self.serving / PUBLISHED_DATABASE

    @property
    def report(self) -> Path:
        return self.serving / "report.html"

    @property
    def state(self) -> Path:
        return self.root / "state.sqlite"

    @property
    def lock(self) -> Path:
        return self.root / "run.lock"

    @property
    def alerts(self) -> Path:
        return self.root / "alerts.jsonl"

    def review(self, monday: date) -> Path:
        """The folder with the pipeline review of one week."""
        return self.root / "reviews" / monday.isoformat()

    @property
    def demo(self) -> Path:
        return self.root / "demo"

    @property
    def bench(self) -> Path:
        return self.root / "bench"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def dlt(self) -> Path:
        return self.root / "dlt"

    @property
    def dbt(self) -> Path:
        return self.root / "dbt"

    @property
    def spark(self) -> Path:
        """What local Spark builds: `warehouse/marts.db/<mart>/*.parquet`, and its working files."""
        return self.root / "spark"

    def create(self) -> None:
        """Make the home and the working folders of the tools below it."""
        for folder in (self.root, self.landing, self.revisions, self.dagster, self.dlt, self.dbt):
            folder.mkdir(parents=True, exist_ok=True)
