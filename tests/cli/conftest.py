"""A home of its own and the command `jalur`, started as a user starts it."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

JALUR = Path(sys.executable).with_name("jalur")

MARTS = (
    "fct_deals",
    "fct_stage_visits",
    "fct_stage_transitions",
    "fct_deal_history",
    "rpt_stage_conversion",
    "rpt_pipeline_daily",
)
STAGES = """\
stage_id,stage_name,position,kind
new,New,1,open
offer,Offer,2,open
won,Won,3,won
lost,Lost,4,lost
"""


@dataclass
class Desk:
    """A folder of exports, a home, and the settings that a run gets."""

    root: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def folder(self) -> Path:
        return self.root / "export"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("JALUR_")}
        return {
            **inherited,
            "JALUR_HOME": str(self.home),
            "JALUR_SOURCES": "files",
            "JALUR_FILES_PATH": str(self.folder),
            "JALUR_AS_OF": "2026-06-30",
            **self.settings,
        }

    def write(self, name: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def write_company(self, deals: int = 30) -> None:
        """Deals in every state, each with a history of two or three stages."""
        rows, history = [], []
        for number in range(deals):
            outcome = ("won", "lost", "offer")[number % 3]
            rows.append(f"D{number},{outcome},{1000 + number},2026-01-{number % 28 + 1:02},A1,P1")
            steps = [("new", 1), ("offer", 2)] + ([(outcome, 3)] if outcome != "offer" else [])
            history += [f"D{number},{s},2026-0{m}-{number % 28 + 1:02}T09:00:00" for s, m in steps]
        self.write("stages.csv", STAGES)
        self.write("accounts.csv", "account_id,name\nA1,Acme\n")
        self.write("products.csv", "product_id\nP1\n")
        header = "deal_id,stage_id,amount,created_at,account_id,product_id\n"
        self.write("deals.csv", header + "\n".join(rows) + "\n")
        self.write(
            "deal_stage_history.csv", "deal_id,stage_id,entered_at\n" + "\n".join(history) + "\n"
        )

    def jalur(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(JALUR), *arguments],
            env=self.environment,
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(JALUR), *arguments],
            env=self.environment,
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def published(self, sql: str) -> list[tuple[object, ...]]:
        path = self.home / "serving" / "sales_pipeline.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def marts(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the marts about deals, in order."""
        return {mart: self.published(f"select * from marts.{mart} order by all") for mart in MARTS}


@dataclass
class FirstRun:
    """What an undisturbed first run of the company said, and the marts that it published."""

    desk: Desk
    result: subprocess.CompletedProcess[str]
    marts: dict[str, list[tuple[object, ...]]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    desk = Desk(tmp_path_factory.mktemp("first_run"))
    desk.write_company()
    result = desk.jalur("run")
    assert result.returncode == 0, result.stdout + result.stderr
    return FirstRun(desk, result, desk.marts())
