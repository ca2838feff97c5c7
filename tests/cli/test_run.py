"""`jalur run` through the real job: what it publishes, when it refuses, how it ends."""

import fcntl
import os

from tests.cli.conftest import Desk, FirstRun


def test_a_run_publishes_and_a_second_one_lands_nothing(first_run: FirstRun) -> None:
    desk, first = first_run.desk, first_run.result
    assert "Traceback" not in first.stdout + first.stderr
    for word in ("Extracted", "Quality", "Marts", "Open bottlenecks", "sales_pipeline.duckdb"):
        assert word in first.stdout
    counts = "select status, count(*) from marts.fct_deals group by status order by status"
    assert desk.published(counts) == [("lost", 10), ("open", 10), ("won", 10)]
    landed = sorted((desk.home / "landing" / "raw_files").rglob("*.parquet"))

    second = desk.jalur("run")
    assert second.returncode == 0, second.stderr
    assert "Nothing new" in second.stdout
    assert sorted((desk.home / "landing" / "raw_files").rglob("*.parquet")) == landed
    assert desk.published(counts) == [("lost", 10), ("open", 10), ("won", 10)]
    runs = desk.published("select count(distinct run_id) from marts.rpt_data_quality")
    assert runs == [(2,)]
    assert len(list((desk.home / "revisions").iterdir())) == 2

    # A critical failure: what was published before stays, byte for byte.
    before = (desk.home / "serving").resolve()
    content = (before / "sales_pipeline.duckdb").read_bytes()
    broken = "".join(f"X{number},new\n" for number in range(30))
    desk.write("deals.csv", "deal_id,stage_id,amount\n" + broken)
    refused = desk.jalur("run")
    assert refused.returncode == 3, refused.stdout + refused.stderr
    assert "deals_rows_readable" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
    assert (desk.home / "serving").resolve() == before
    assert (before / "sales_pipeline.duckdb").read_bytes() == content
    # The same file again is refused again.
    assert desk.jalur("run").returncode == 3

    health = desk.jalur("health")
    assert health.returncode == 0
    assert "30 June 2026" in health.stdout
    doctor = desk.jalur("doctor")
    assert doctor.returncode == 0, doctor.stdout


def test_two_formats_of_one_entity_are_refused(desk: Desk) -> None:
    desk.write_company()
    desk.write("stages.jsonl", "")
    two_formats = desk.jalur("run")
    assert two_formats.returncode == 2
    assert "stages" in two_formats.stderr
    assert "Traceback" not in two_formats.stdout + two_formats.stderr


def test_wrong_configuration_lands_nothing(desk: Desk) -> None:
    desk.write_company()
    desk.write("deals.csv", "id,stage\n1,new\n")
    result = desk.jalur("run")
    assert result.returncode == 2, result.stdout + result.stderr
    for word in ("deals.csv", "deal_id", "found: id, stage"):
        assert word in " ".join(result.stderr.split())
    assert "Traceback" not in result.stdout + result.stderr
    assert not list((desk.home / "landing").rglob("*.parquet"))


def test_a_contradictory_mapping_is_explained(desk: Desk) -> None:
    desk.write_company()
    desk.write("mapping.toml", '[deals]\nfile = "deals.csv"\nrows = [{ deal_id = "1" }]\n')
    result = desk.jalur("run")
    assert result.returncode == 2, result.stdout + result.stderr
    for word in ("mapping.toml", "[deals]", "keep one of them"):
        assert word in " ".join(result.stderr.split())


def test_wrong_settings_are_named(desk: Desk) -> None:
    desk.settings = {
        "JALUR_TIMEZONE": "Mars/Base",
        "JALUR_AS_OF": "31/02/2026",
        "JALUR_FISCAL_YEAR_START": "13",
        "JALUR_DEBOUNCE_MINUTES": "-1",
        "JALUR_CONVERSION_WINDOW_DAYS": "0",
        "JALUR_MEMORY_LIMIT": "much",
        "JALUR_BUSINESS_DAYS": "mon,funday",
        "JALUR_BUSINESS_HOURS": "17:00-09:00",
    }
    result = desk.jalur("run")
    assert result.returncode == 2
    assert "JALUR_TIMEZONE" in result.stderr
    assert "JALUR_FISCAL_YEAR_START" in result.stderr
    assert "JALUR_DEBOUNCE_MINUTES" in result.stderr
    assert "JALUR_CONVERSION_WINDOW_DAYS" in result.stderr
    assert "JALUR_MEMORY_LIMIT" in result.stderr
    assert "JALUR_BUSINESS_DAYS" in result.stderr
    assert "JALUR_BUSINESS_HOURS" in result.stderr
    assert "Traceback" not in result.stderr
    assert desk.jalur("doctor").returncode == 2


def test_a_missing_folder_is_named(desk: Desk) -> None:
    result = desk.jalur("run")
    assert result.returncode == 2, result.stdout + result.stderr
    assert "JALUR_FILES_PATH" in result.stderr


def test_the_holder_of_the_lock_is_named(desk: Desk) -> None:
    desk.home.mkdir()
    with (desk.home / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()
        result = desk.jalur("run")
    assert result.returncode == 4
    assert str(os.getpid()) in result.stderr


def test_a_failing_step_ends_with_one(desk: Desk) -> None:
    desk.write_company()
    # A folder stands where the warehouse should be.
    (desk.home / "warehouse.duckdb").mkdir(parents=True)
    result = desk.jalur("run")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
