"""What a publication holds, and what is left of earlier ones."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import serving
from jalur.errors import JalurError
from jalur.settings import Settings
from jalur.state import open_state
from tests.serving.company import AS_OF, RUN_ID
from tests.serving.marts import Marts, contracts

pytestmark = pytest.mark.usefixtures("plain_report")


def _recorded(settings: Settings) -> list[str]:
    with open_state(settings.paths) as state:
        rows = state.execute("select run_id from publications order by published_at").fetchall()
    return [row["run_id"] for row in rows]


def _revisions(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.paths.revisions.iterdir())


def test_a_publication_has_the_marts_and_nothing_else(company: Settings) -> None:
    publication = serving.publish(company, RUN_ID, AS_OF)
    folder = company.paths.serving
    assert folder.readlink() == Path("revisions") / RUN_ID
    assert sorted(path.name for path in folder.iterdir()) == [
        "manifest.json",
        "parquet",
        "report.html",
        "sales_pipeline.duckdb",
    ]
    with duckdb.connect(str(company.paths.published_database), read_only=True) as published:
        tables = published.execute(
            "select schema_name, table_name from duckdb_tables() order by table_name"
        ).fetchall()
        marts = sorted([*contracts(), "mart_publication"])
        assert tables == [("marts", mart) for mart in marts]
        for mart in marts:
            (count,) = published.execute(f"select count(*) from marts.{mart}").fetchall()[0]
            parquet = folder / "parquet" / f"{mart}.parquet"
            assert pq.read_metadata(parquet).num_rows == count == publication.rows[mart]
        ((run_id, as_of, published_at, version, rows),) = published.execute(
            "from marts.mart_publication"
        ).fetchall()
    assert (run_id, as_of) == (RUN_ID, AS_OF.replace(tzinfo=None))
    assert published_at == publication.published_at.replace(tzinfo=None)
    assert (version, rows) == (publication.contract_version, publication.total_rows)
    assert _recorded(company) == [RUN_ID]


def test_comments_and_types_are_those_of_the_contracts(company: Settings) -> None:
    serving.publish(company, RUN_ID, AS_OF)
    with duckdb.connect(str(company.paths.published_database), read_only=True) as published:
        comments = dict(
            published.execute("select table_name, comment from duckdb_tables()").fetchall()
        )
        assert comments.pop("mart_publication").startswith("Grain: one row.")
        assert comments == {name: model["description"] for name, model in contracts().items()}
        columns = published.execute(
            "select table_name, column_name, lower(data_type), comment from duckdb_columns()"
            " where schema_name = 'marts' and table_name <> 'mart_publication'"
        ).fetchall()
        uncommented = published.execute(
            "select table_name, column_name from duckdb_columns()"
            " where schema_name = 'marts' and comment is null"
        ).fetchall()
    promised = [
        (name, column["name"], column["data_type"].replace(" ", ""), column["description"])
        for name, model in contracts().items()
        for column in model["columns"]
    ]
    assert sorted((t, c, d.replace(" ", ""), text) for t, c, d, text in columns) == sorted(promised)
    assert uncommented == []


def test_the_file_opens_in_older_clients(company: Settings) -> None:
    serving.publish(company, RUN_ID, AS_OF)
    # The format's number stands after the checksum and the magic bytes; 64 is that of v1.0.
    header = company.paths.published_database.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_the_manifest_tells_what_was_published(company: Settings) -> None:
    publication = serving.publish(company, RUN_ID, AS_OF)
    manifest = json.loads((company.paths.serving / "manifest.json").read_text())
    assert manifest["run_id"] == RUN_ID
    assert datetime.fromisoformat(manifest["as_of"]) == AS_OF
    assert manifest["rows"]["fct_deals"] == 20
    assert manifest["checks"] == {"failed": 1, "passed": 3, "skipped": 1}
    assert serving.current_publication(company.paths) == publication


def test_before_the_first_publication_there_is_none(settings: Settings) -> None:
    assert serving.current_publication(settings.paths) is None


def test_the_same_run_twice_is_one_publication(company: Settings) -> None:
    first = serving.publish(company, RUN_ID, AS_OF)
    assert serving.publish(company, RUN_ID, AS_OF) == first
    assert _recorded(company) == [RUN_ID]


def test_a_home_can_be_moved(company: Settings, tmp_path: Path) -> None:
    serving.publish(company, RUN_ID, AS_OF)
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("revisions", "serving"):
        shutil.move(tmp_path / name, moved / name)
    assert (moved / "serving" / "sales_pipeline.duckdb").is_file()


def test_the_last_two_publications_are_kept(company: Settings) -> None:
    for number in range(4):
        serving.publish(company, f"run-{number}", AS_OF)
    assert _revisions(company) == ["run-2", "run-3"]


def test_a_revision_that_was_never_shown_pushes_none_out(company: Settings) -> None:
    serving.publish(company, "run-1", AS_OF)
    # A process died just before the rename: everything is there, and nobody has ever seen it.
    shutil.copytree(company.paths.revision("run-1"), company.paths.revision("killed"))
    serving.publish(company, "run-2", AS_OF)
    assert _revisions(company) == ["run-1", "run-2"]
    # The same run again knows no more than the manifest says, and keeps both.
    serving.publish(company, "run-2", AS_OF)
    assert _revisions(company) == ["run-1", "run-2"]


def test_a_publication_that_was_not_noted_is_noted_by_the_next(company: Settings) -> None:
    serving.publish(company, "run-1", AS_OF)
    company.paths.state.unlink()
    serving.publish(company, "run-2", AS_OF)
    assert _recorded(company) == ["run-1", "run-2"]


def test_a_lost_revision_is_published_again(company: Settings) -> None:
    serving.publish(company, RUN_ID, AS_OF)
    shutil.rmtree(company.paths.revision(RUN_ID))
    assert serving.current_publication(company.paths) is None
    serving.publish(company, RUN_ID, AS_OF)
    assert company.paths.published_database.is_file()


def test_a_folder_in_place_of_the_link_is_left_alone(company: Settings) -> None:
    company.paths.serving.mkdir()
    with pytest.raises(JalurError, match="move it elsewhere"):
        serving.publish(company, RUN_ID, AS_OF)


def test_nothing_is_published_without_marts(settings: Settings) -> None:
    with pytest.raises(JalurError, match="no warehouse"):
        serving.publish(settings, RUN_ID, AS_OF)
    with Marts(settings.paths.warehouse) as marts:
        marts.connection.execute("drop schema marts cascade")
    with pytest.raises(JalurError, match="no marts"):
        serving.publish(settings, RUN_ID, AS_OF)
    assert not settings.paths.serving.exists()
