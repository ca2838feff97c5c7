"""Companies and settings for which both engines must give the same marts."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import demo
from dagster_project.sources import extract
from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.hubspot.company import fill
from demo.servers.loopback import serve
from ingestion.check_results import land_check_results
from ingestion.compaction import compact, plan
from jalur.checks import CheckResult
from jalur.demo_company import DEMO_HUBSPOT_FIELDS, DEMO_PLATFORMS
from jalur.paths import Home
from jalur.settings import Settings
from tests.ingestion.api.portal import Desk
from tests.marts.warehouse import EXTRACTED_AT, land
from tests.spark.boundary_company import AS_OF, TIMEZONE, make_boundary_company
from tests.warehouse import PROJECT, build, dbt_environment


@dataclass(frozen=True)
class Scenario:
    """What lands, and under which settings it is modelled; as-of is naive UTC."""

    name: str
    land: Callable[[Path], None]
    as_of: datetime
    source: str = "files"
    history: str = "effective"
    timezone: str = "UTC"
    settings: Mapping[str, str] = field(default_factory=dict)

    def build(self, home: Path) -> None:
        """Land the rows, and build both warehouses from them; raises where either fails."""
        self.land(home)
        _land_checks(home)
        environment = dbt_environment(
            home, self.as_of, self.source, self.history, self.timezone
        ) | dict(self.settings)
        # A folder of its own for Spark's dbt, which runs beside DuckDB's.
        environment |= {"DBT_TARGET_PATH": str(home / "dbt-spark")}
        environment |= {"DBT_LOG_PATH": str(home / "dbt-spark")}
        # A minute of small queries is over before the better compiler has paid for itself.
        environment |= {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
        with (home / "spark.log").open("w") as log:
            on_spark = subprocess.Popen(
                [sys.executable, "-m", "tests.spark.build_on_spark"],
                cwd=PROJECT.parent,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                build(
                    home,
                    self.as_of,
                    source=self.source,
                    history=self.history,
                    data_tests=False,
                    timezone=self.timezone,
                    settings=self.settings,
                )
            finally:
                code = on_spark.wait()
        assert code == 0, (home / "spark.log").read_text()[-20_000:]


def _land_checks(home: Path) -> None:
    results = [
        CheckResult(
            check_name=f"check {number}",
            source="files",
            entity="deals",
            severity="warning",
            status="failed" if number else "passed",
            failing_rows=number,
            detail='it\'s "so", 100%' if number else "",
            tool="dbt",
        )
        for number in range(2)
    ]
    land_check_results(Home(home), "run", results)


def _land_boundaries(home: Path, histories: int = 80, random_deals: int = 0) -> None:
    """In two loads, the second with newer versions of some deals."""
    entities = make_boundary_company(7, histories, random_deals)
    land(home, entities)
    deals = [row | {"amount": "77.7", "rep_id": "late"} for row in entities["deals"][::3]]
    land(home, {"deals": deals}, extracted_at=EXTRACTED_AT + timedelta(days=90), run_id="late")
    # Both engines read merged files, and beside them such as never were.
    compacted = Home(home)
    for _ in compact(compacted, plan(compacted, 1024**2), None, lambda *_: None):
        pass
    land(home, {}, run_id="later")


def _land_demo(home: Path) -> None:
    settings = Settings(_env_file=None, home=home, sources=("demo",))
    for source in settings.sources:
        extract(source, settings, "run", False, lambda _entity, _done, _of: None)


def _land_portal(home: Path) -> None:
    """Part of the demo company, over HubSpot's API."""
    store = fill(Store(), demo.generate(home / "company"), teams=lambda team: team == "Middle East")
    portal = HubSpot(store, limits=Limits(burst=None, searches_per_second=None))
    with serve(portal) as url:
        Desk(url, portal, Home(home)).extract()


BOUNDARIES = Scenario("boundaries", _land_boundaries, AS_OF, timezone=TIMEZONE)
SCENARIOS = [
    BOUNDARIES,
    Scenario(
        "other-settings",
        lambda home: _land_boundaries(home, 200, 200),
        # Mid-day at the end of a leap February in a zone without clocks that change.
        datetime(2026, 2, 28, 9, 15, 30),
        history="landed",
        timezone="Asia/Jakarta",
        settings={
            "JALUR_CURRENCY": "EUR",
            "JALUR_FISCAL_YEAR_START": "4",
            "JALUR_BUSINESS_DAYS": "1,2,3,4,6",
            "JALUR_BUSINESS_HOURS": "8.5-17.25",
            "JALUR_DEBOUNCE_MINUTES": "90",
            "JALUR_CONVERSION_WINDOW_DAYS": "30",
        },
    ),
    Scenario(
        "demo",
        _land_demo,
        datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC).replace(tzinfo=None),
        source=",".join(("demo", *DEMO_PLATFORMS)),
        timezone="Europe/Berlin",
        settings={"JALUR_HUBSPOT_FIELDS": DEMO_HUBSPOT_FIELDS},
    ),
    Scenario(
        "portal",
        _land_portal,
        datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC).replace(tzinfo=None),
        source="hubspot",
        timezone="America/New_York",
    ),
]
