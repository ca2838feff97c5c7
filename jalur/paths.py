"""What lies where in the home: the only place that knows a file name below it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jalur.files import Place

PUBLISHED_DATABASE = "sales_pipeline.duckdb"


@dataclass(frozen=True)
class Home:
    """The folder below which everything is written; the landing zone may lie in a bucket."""

    root: Path
    landing_url: str | None = None

    @property
    def landing(self) -> Place:
        if self.landing_url is None:
            return self.root / "landing"
        # Only where it is used: it takes a while to import.
        from upath import UPath

        # Credentials and the address of the service come from the environment, as for every tool of
        # S3. Others write there, too, so no listing is kept.
        return UPath(self.landing_url, use_listings_cache=False)

    def landed_table(self, source: str, table: str) -> Place:
        """The folder with the Parquet files of one landed entity."""
        return self.landing / f"raw_{source}" / table

    def erased(self, source: str) -> Place:
        """The persons of a source who were erased: part of the log, not of the state."""
        return self.landing / f"raw_{source}" / "_erased.json"

    def compaction(self, source: str) -> Place:
        """What is being merged in the landing zone of a source; there only while it is."""
        return self.landing / f"raw_{source}" / "_compaction.json"

    @property
    def erasures(self) -> Path:
        """One line per erasure: that it was done, and nothing of whom."""
        return self.root / "erasures.jsonl"

    @property
    def removals(self) -> Path:
        """One line per table and compaction that removed old rows: how many, and up to when."""
        return self.root / "removals.jsonl"

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
        for folder in (self.root, self.revisions, self.dagster, self.dlt, self.dbt):
            folder.mkdir(parents=True, exist_ok=True)
        if self.landing_url is None:
            self.landing.mkdir(parents=True, exist_ok=True)
