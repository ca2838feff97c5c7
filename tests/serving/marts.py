"""A warehouse with the schema `marts` alone, made from the marts' own contracts.

No dbt runs here: whatever columns the contracts name are there, with the rows a test puts in.
"""

from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import yaml  # type: ignore[import-untyped]

CONTRACTS = Path(__file__).parents[2] / "dbt" / "models" / "marts"


@cache
def contracts() -> dict[str, dict[str, Any]]:
    """The description of every mart, by its name."""
    files = sorted(CONTRACTS.rglob("_*__models.yml"))
    models = [model for file in files for model in yaml.safe_load(file.read_text())["models"]]
    return {model["name"]: model for model in models}


class Marts:
    """Every mart, empty at first, in a new file; `add` puts a row in."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.connection = duckdb.connect(str(path))
        self.connection.execute("begin")
        self.connection.execute("create schema marts")
        # As in a real warehouse, what is not a mart lies beside the marts.
        self.connection.execute("create table stg_deals as select 1 as deal_id")
        for name, model in contracts().items():
            self._create(name, model)
        self.connection.execute("commit")

    def _create(self, name: str, model: dict[str, Any]) -> None:
        columns = ", ".join(
            f"{column['name']} {column['data_type']}" for column in model["columns"]
        )
        self.connection.execute(f"create table marts.{name} ({columns})")
        self._comment(f"table marts.{name}", model["description"])
        for column in model["columns"]:
            self._comment(f"column marts.{name}.{column['name']}", column["description"])

    def _comment(self, what: str, text: str) -> None:
        self.connection.execute(f"comment on {what} is '{text.replace(chr(39), chr(39) * 2)}'")

    def add(self, mart: str, **values: Any) -> None:
        """Put one row into a mart; what is not named is null."""
        marks = ", ".join("?" for _ in values)
        self.connection.execute(
            f"insert into marts.{mart} ({', '.join(values)}) values ({marks})",
            list(values.values()),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()
