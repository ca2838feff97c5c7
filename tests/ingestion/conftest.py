"""A folder of exports that a test writes, lands and looks at."""

from pathlib import Path

import pytest

from tests.ingestion.desk import Desk, write_parquet


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose landing zone is written by pyarrow alone: quick, and not what is tested."""
    monkeypatch.setattr("ingestion.sources.files.source.land", write_parquet)
    monkeypatch.setattr("ingestion.sources.files.source.load_pending", lambda *_: None)
    return Desk(tmp_path)


@pytest.fixture
def real_desk(tmp_path: Path) -> Desk:
    """A desk that lands through dlt, as users do."""
    return Desk(tmp_path)
