"""A landing zone in a bucket: what is landed there and built from there is what a folder gives."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion import erasure
from ingestion.check_results import land_check_results
from ingestion.compaction import compact, plan
from ingestion.compaction_journal import Merger, finish_compactions
from ingestion.contract import ENTITIES
from ingestion.expectations.frames import frames, open_connection
from ingestion.persons import person_tables
from ingestion.quarantine import open_rows
from ingestion.sources.files import extract
from jalur.errors import ConfigurationError
from jalur.files import parquet_files, sizes_below
from jalur.landing_zone import connect, reach
from jalur.paths import Home
from jalur.settings import Settings
from tests.bucket import SECRET, URL, served
from tests.ingestion.desk import DEALS, STAGES
from tests.warehouse import build

LEADS = """lead_id,created_at,email,updated_at
L1,2026-01-01,ann@x.example,2026-01-02
L2,2026-01-01,bob@x.example,2026-01-02
"""
MODELS = ("deals", "leads")


@pytest.fixture(scope="module", autouse=True)
def bucket() -> Iterator[None]:
    with served():
        yield


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[Settings]:
    """The same exports landed twice: in a folder and in a bucket."""
    root = tmp_path_factory.mktemp("bucket")
    exports = root / "exports"
    exports.mkdir()
    both = [
        Settings(
            _env_file=None, home=root / f"home-{name}", sources=("files",), files_path=exports,
            landing_url=url,
        )
        for name, url in (("folder", None), ("bucket", URL))
    ]  # fmt: skip
    (exports / "stages.csv").write_text(STAGES)
    for run, (deals, leads) in enumerate(
        ((DEALS, LEADS), (DEALS.replace("Two", "2nd"), LEADS.replace("01-02", "01-03") + "bro\n"))
    ):
        (exports / "deals.csv").write_text(deals)
        (exports / "leads.csv").write_text(leads)
        for settings in both:
            extract(settings, f"run-{run}")
    return both


def rows(settings: Settings, table: str) -> list[tuple[object, ...]]:
    files = str(settings.paths.landed_table("files", table) / "*.parquet")
    with connect(settings.paths) as connection:
        return connection.execute(
            "select record_id, payload, payload_hash, run_id, load_seq from"
            " read_parquet($files) order by all", {"files": files},
        ).fetchall()  # fmt: skip


def test_the_bucket_has_what_the_folder_has(homes: list[Settings]) -> None:
    folder, bucket = homes
    assert not (bucket.paths.root / "landing").exists()
    assert len(sizes_below(bucket.paths.landing)) == len(sizes_below(folder.paths.landing)) == 23
    for table in MODELS:
        assert rows(bucket, table) == rows(folder, table)
    assert len(rows(bucket, "leads")) == 4
    (row,) = open_rows(bucket.paths, "files")
    assert (row.reason, row.text) == ("broken_line", "bro")
    assert [row.text for row in open_rows(folder.paths, "files")] == ["bro"]


def test_staging_from_a_compacted_bucket_is_that_from_the_folder(homes: list[Settings]) -> None:
    bucket = homes[1].paths
    done = list(compact(bucket, plan(bucket, 1024**2), None, lambda *_: None))
    assert sum(each.files_before - each.files_after for each in done) == 3
    of_folder, of_bucket = (_staged(settings) for settings in homes)
    assert of_bucket == of_folder
    assert [len(rows) for rows in of_bucket] == [3, 4]
    told = "".join(
        path.read_text(errors="replace") for path in bucket.root.rglob("*") if path.is_file()
    )
    assert URL in told, "compiled SQL says where the landing zone lies"
    assert SECRET not in told
    assert "AKIACANARY" not in told


def _staged(settings: Settings) -> list[list[tuple[object, ...]]]:
    home = settings.paths.root
    build(
        home,
        datetime(2026, 2, 1),
        select=" ".join(f"stg_files__{name}" for name in MODELS),
        data_tests=False,
        settings={"JALUR_LANDING_URL": settings.landing_url or ""},
    )
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return [
            connection.execute(
                "select * exclude (landed_file, extracted_at, source_updated_at)"
                f" from staging.stg_files__{name} order by all"
            ).fetchall()
            for name in MODELS
        ]


def test_the_door_and_the_quality_results_read_the_bucket(homes: list[Settings]) -> None:
    home = homes[1].paths
    with open_connection(home, "UTC") as connection:
        files = parquet_files(home.landed_table("files", "deals"))
        (frame,) = frames(connection, home, "files", ENTITIES["deals"], files)
    assert len(frame) == 3
    land_check_results(home, "run", [])
    assert parquet_files(home.landed_table("jalur", "check_results"))


def test_a_person_is_erased_in_the_bucket(
    homes: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = homes[1].paths
    person = erasure.find_person(home, "files", person_tables("files")["lead"], "L1")
    assert person is not None
    erasure.begin(home, person, "")
    assert erasure.erase_rows(home, person) == 2
    assert "ann@x" not in str(rows(homes[1], "leads"))
    assert "bob@x" in str(rows(homes[1], "leads"))


@pytest.mark.parametrize("step", range(4))
def test_a_compaction_that_broke_off_is_finished(step: int, tmp_path: Path) -> None:
    """However far the note was carried out: the merged file counts once, the others are gone."""
    home = Home(tmp_path, f"{URL}-{step}")
    folder = home.landed_table("files", "deals")
    for name in ("1.parquet", "2.parquet", ".compacted-1.parquet.replacing"):
        (folder / name).write_bytes(name.encode())
    merger = Merger("files", "deals", "compacted-1.parquet", ("1.parquet", "2.parquet"))
    note = (
        '{"source": "files", "table": "deals", "file": "compacted-1.parquet",'
        ' "inputs": ["1.parquet", "2.parquet"]}'
    )
    home.compaction("files").write_text(note)
    if step >= 1:
        (folder / merger.file).write_bytes(b".compacted-1.parquet.replacing")
    if step >= 2:
        (folder / ".compacted-1.parquet.replacing").unlink()
    if step >= 3:
        (folder / "1.parquet").unlink()
    finish_compactions(home)
    assert [path.name for path in parquet_files(folder)] == [merger.file]
    assert (folder / merger.file).read_bytes() == b".compacted-1.parquet.replacing"
    assert not home.compaction("files").exists()


def test_a_bucket_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="s3://nobody/x cannot be read") as raised:
        reach(Home(tmp_path, "s3://nobody/x"))
    assert SECRET not in str(raised.value)
    reach(Home(tmp_path, URL))


@pytest.mark.parametrize(
    "url",
    ["https://bucket", "s3://", "s3://key:secret@bucket/x", "s3://bucket/x?secret=1", "/data"],
)
def test_only_the_address_of_a_bucket_is_one(url: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix") as raised:
        Settings(_env_file=None, landing_url=url)
    assert "secret=1" not in str(raised.value)
    assert "key:secret" not in str(raised.value)
