"""Each row of the table of bad input, and what else people put into a CSV file."""

import os
import shutil
from pathlib import Path

import pytest

from jalur.errors import ConfigurationError
from tests.ingestion.desk import DEALS, Desk, check, of

HEADER = "deal_id,stage_id,name,amount,created_at\n"


def refusal(desk: Desk) -> str:
    """The message of an extraction that must end with exit code 2 and land nothing."""
    with pytest.raises(ConfigurationError) as caught:
        desk.extract()
    assert caught.value.exit_code == 2
    assert not desk.has_landed
    return str(caught.value)


# Exit 2: file, column, what was found, what to do.


def test_missing_required_column_names_file_column_found_and_remedy(desk: Desk) -> None:
    desk.write("deals.csv", "deal_id,status\nD1,new\n")
    message = refusal(desk)
    assert "deals.csv" in message
    assert "'stage_id'" in message
    assert "found: deal_id, status" in message
    assert '[deals.columns] stage_id = "your column"' in message


def test_a_wrong_delimiter_is_suspected_where_there_is_one_column_only(desk: Desk) -> None:
    desk.write("deals.csv", "deal_id;stage_id\nD1;new\n")
    assert "another delimiter?" in refusal(desk)


def test_bytes_of_another_encoding_name_file_and_line(desk: Desk) -> None:
    desk.write("deals.csv", HEADER.encode() + b"D1,new,ok,1,\nD2,new,Caf\xe9,1,\n")
    message = refusal(desk)
    assert "deals.csv: line 3: byte 0xe9" in message
    assert "utf-8" in message


def test_a_latin_1_byte_at_the_very_end_is_no_write_in_progress(desk: Desk) -> None:
    path = desk.write("deals.csv", b"deal_id,stage_id,name\nD1,new,Caf\xe9")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert "deals.csv: line 2: byte 0xe9" in refusal(desk)


def test_two_formats_of_one_entity_are_refused_by_name(desk: Desk) -> None:
    desk.write("deals.jsonl", '{"deal_id": "D1", "stage_id": "new"}\n')
    message = refusal(desk)
    assert "deals.csv" in message
    assert "deals.jsonl" in message


@pytest.mark.parametrize("missing", ["deals", "stages"])
def test_without_deals_or_stages_there_is_nothing_to_do(desk: Desk, missing: str) -> None:
    (desk.folder / f"{missing}.csv").unlink()
    assert f"no {missing}.csv" in refusal(desk)


def test_a_folder_named_like_a_file_is_no_file(desk: Desk) -> None:
    (desk.folder / "deals.csv").unlink()
    (desk.folder / "deals.csv").mkdir()
    assert "no deals.csv" in refusal(desk)


def test_a_missing_folder_is_named(desk: Desk) -> None:
    shutil.rmtree(desk.folder)
    assert str(desk.folder) in refusal(desk)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(desk: Desk) -> None:
    (desk.folder / "deals.csv").chmod(0)
    assert "deals.csv: cannot be read" in refusal(desk)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1", b"text\n" * 9])
def test_a_corrupt_parquet_file_is_named(desk: Desk, content: bytes) -> None:
    desk.write("accounts.parquet", content)
    assert "accounts.parquet: not a readable parquet file" in refusal(desk)


@pytest.mark.parametrize("header", ["deal_id,stage_id,name,name", "deal_id,stage_id, name ,name"])
def test_one_name_for_two_columns_is_refused(desk: Desk, header: str) -> None:
    desk.write("deals.csv", f"{header}\nD1,new,a,b\n")
    assert "two columns are named 'name'" in refusal(desk)


def test_a_header_with_a_quote_that_does_not_end_is_refused_in_few_words(desk: Desk) -> None:
    desk.write("deals.csv", '"deal_id,stage_id\n' + "D1,new\n" * 50_000)
    message = refusal(desk)
    assert "deals.csv" in message
    assert len(message) < 2_000


def test_a_header_with_text_after_a_quote_is_refused(desk: Desk) -> None:
    desk.write("deals.csv", '"deal_id"x,stage_id,"name\nD1,new,a\n')
    assert "deals.csv" in refusal(desk)


# Empty.


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "account_id,name\n", "account_id"])
def test_an_empty_file_is_an_empty_entity_and_a_warning(desk: Desk, content: str) -> None:
    desk.write("accounts.csv", content)
    extraction = desk.extract()
    assert of(extraction, "accounts").rows_read == 0
    assert desk.landed("accounts") == []
    warning = check(extraction, "accounts_files_not_empty")
    assert (warning.severity, warning.status) == ("warning", "failed")
    assert "accounts.csv" in warning.detail
    assert not any(result.refuses for result in extraction.checks)


def test_every_entity_has_a_file_even_without_rows(desk: Desk) -> None:
    desk.extract()
    assert desk.landed("fx_rates") == []
    assert desk.quarantined() == []


# Quarantine.


def test_only_the_broken_lines_are_lost(desk: Desk) -> None:
    desk.write(
        "deals.csv",
        HEADER
        + "D1,new,a,1,2026-01-01\n"
        + "D2,new,too few\n"
        + "D3,new,too,many,2026-01-01,fields\n"
        + 'D4,new,"never ends,1,2026-01-01\n'
        + "D5,new,b,1,2026-01-01\n"
        + 'D6,new,"closed" badly,1,2026-01-01\n'
        + 'D7,new,"two\nlines",1,2026-01-01\n'
        + 'D8,new,5" pipe,1,2026-01-01\n'
        + "\n"
        + "D9,new,c,1,2026-01-01",
    )
    found = desk.land()
    assert sorted(desk.newest()) == ["D1", "D5", "D7", "D8", "D9"]
    assert desk.newest()["D7"]["name"] == "two\nlines"
    assert desk.newest()["D8"]["name"] == '5" pipe'
    assert desk.quarantined() == [("deals.csv", line, "broken_line", None) for line in (3, 4, 5, 7)]
    assert desk.quarantined_texts()[2] == 'D4,new,"never ends,1,2026-01-01'
    assert (found.rows_read, found.rows_landed, found.rows_quarantined) == (9, 5, 4)


def test_missing_and_unreadable_required_values(desk: Desk) -> None:
    desk.write(
        "stages.csv",
        "stage_id,stage_name,position,kind\nnew,New,1,open\nwon, ,2,won\n,X,3,open\n"
        "a,A,first,open\nb,B,4,maybe\n",
    )
    desk.land()
    assert desk.quarantined() == [
        ("stages.csv", 3, "missing_value", "stage_name"),
        ("stages.csv", 4, "missing_value", "stage_id"),
        ("stages.csv", 5, "bad_value", "position"),
        ("stages.csv", 6, "bad_value", "kind"),
    ]


@pytest.mark.parametrize(
    "moment",
    [
        "31/02/2026",
        "2026-02-31",
        "2026-13-01",
        "soon",
        "0026-01-01",
        "2026-01-01 25:00:00",
        "46023",
    ],
)
def test_a_date_that_is_none(desk: Desk, moment: str) -> None:
    desk.write("deals.csv", f"deal_id,stage_id,created_at\nD1,new,{moment}\n")
    desk.write("deal_stage_history.csv", f"deal_id,stage_id,entered_at\nD1,new,{moment}\n")
    extraction = desk.extract()
    assert desk.newest()["D1"]["created_at"] == moment, "optional: the deal lands all the same"
    assert desk.quarantined() == [("deal_stage_history.csv", 2, "bad_value", "entered_at")]
    assert check(extraction, "deal_stage_history_rows_readable").refuses


@pytest.mark.parametrize(
    "moment",
    ["2026-01-31", "2026-01-31T10:00", "2026-01-31 10:00:00.5", "2026-01-31T10:00:00Z",
     "2026-01-31T10:00:00+0700", "2026-01-31T10:00:00.123456+07:00"],
)  # fmt: skip
def test_iso_times_are_read(desk: Desk, moment: str) -> None:
    desk.write("deal_stage_history.csv", f"deal_id,stage_id,entered_at\nD1,new,{moment}\n")
    assert desk.land("deal_stage_history").rows_landed == 1


@pytest.mark.parametrize("number", ["", "NaN", "inf", "1e999", "1,000", "ten", "0x10"])
def test_numbers_that_are_none(desk: Desk, number: str) -> None:
    desk.write(
        "orders.csv", f'order_id,account_id,ordered_at,amount\nO1,A1,2026-01-01,"{number}"\n'
    )
    desk.land()
    reason = "bad_value" if number else "missing_value"
    assert desk.quarantined() == [("orders.csv", 2, reason, "amount")]


def test_duplicate_keys(desk: Desk) -> None:
    desk.write(
        "deals.csv",
        "deal_id,stage_id,name,updated_at\n"
        "newest,new,old,2026-01-01\nnewest,new,wins,2026-01-03\nnewest,new,middle,2026-01-02\n"
        "equal,new,a,2026-01-01\nequal,new,b,2026-01-01T00:00:00Z\n"
        "none,new,a,\nnone,new,b,\n"
        "same,new,a,\nsame,new,a,\n"
        "one,new,without,\none,new,with,2026-01-01\n",
    )
    found = desk.land()
    assert {key: row["name"] for key, row in desk.newest().items()} == {
        "newest": "wins",
        "same": "a",
        "one": "with",
    }
    rows = [(line, reason) for _, line, reason, _ in desk.quarantined()]
    assert rows == [(line, "duplicate_key") for line in (5, 6, 7, 8, 11)]
    assert (
        found.rows_read == found.rows_landed + found.rows_unchanged + found.rows_quarantined == 11
    )


# Gates.


def test_more_than_5_percent_refuse_also_when_the_file_is_not_read_again(desk: Desk) -> None:
    desk.write("deals.csv", HEADER + "".join(f"D{n},new,,,\n" for n in range(18)) + ",new,,,\n")
    for _ in range(2):
        result = check(desk.extract(), "deals_rows_readable")
        assert result.refuses
        assert result.failing_rows == 1
        assert "1 of 19 rows (5.3%)" in result.detail
    desk.write("deals.csv", HEADER + "".join(f"D{n},new,,,\n" for n in range(19)) + ",new,,,\n")
    result = check(desk.extract(), "deals_rows_readable")
    assert (result.refuses, result.status, result.failing_rows) == (False, "failed", 1)


# What else there is.


def test_a_field_of_10_mb_lands_whole(desk: Desk) -> None:
    desk.write("deals.csv", HEADER + f"D1,new,{'x' * 10_000_000},1,\n" + "D2,new,b,1,\n")
    desk.land()
    assert len(desk.newest()["D1"]["name"]) == 10_000_000
    assert "D2" in desk.newest()


def test_a_nul_byte_is_a_character_like_others(desk: Desk) -> None:
    desk.write("deals.csv", HEADER + "D1,new,a\0b,1,\nD2,new,c,1,\n")
    desk.land()
    assert desk.newest()["D1"]["name"] == "a\0b"
    assert desk.newest()["D2"]["name"] == "c"


def test_1000_columns_stay_in_the_payload(desk: Desk) -> None:
    names = [f"extra {number}" for number in range(1_000)]
    desk.write("deals.csv", f"deal_id,stage_id,{','.join(names)}\nD1,new,{','.join(names)}\n")
    desk.land()
    assert desk.newest()["D1"] == {"deal_id": "D1", "stage_id": "new"} | {n: n for n in names}


@pytest.mark.parametrize(
    "content",
    [
        DEALS.encode("utf-8-sig"),
        DEALS.replace("\n", "\r\n").encode(),
        DEALS.replace("\n", "\r").encode(),
        DEALS.strip().encode(),
        ("\n\r\n" + DEALS.replace("\n", "\n\n")).encode(),
    ],
    ids=["bom", "crlf", "cr", "no last newline", "blank lines"],
)
def test_line_ends_and_marks_change_nothing(desk: Desk, content: bytes) -> None:
    desk.write("deals.csv", content)
    assert desk.land().rows_landed == 2
    assert desk.newest()["D1"] == {
        "deal_id": "D1",
        "stage_id": "new",
        "name": "One",
        "amount": "10",
        "created_at": "2026-01-01",
    }


def test_blank_fields_say_nothing(desk: Desk) -> None:
    desk.write("deals.csv", HEADER + 'D1,new,"  ","",\n')
    desk.land()
    assert desk.newest()["D1"] == {"deal_id": "D1", "stage_id": "new"}


@pytest.mark.parametrize(
    "extra",
    ["line", "c0", "c1", "file", "x0", "payload", "record_id", "raw", "problem", "select", "a'b",
     'a""b', "a\\b", "; drop table deals", "ü|é", "new\nline", "$run_id", "{x}", "%s", "?", "NAME"],
)  # fmt: skip
def test_no_column_name_is_special(desk: Desk, extra: str) -> None:
    desk.write(
        "deals.csv", f'"{extra}",deal_id,stage_id,name\n"\'; drop table deals;--",D1,new,N\n'
    )
    desk.land()
    assert desk.newest()["D1"] == {
        "deal_id": "D1",
        "stage_id": "new",
        "name": "N",
        extra.replace('""', '"'): "'; drop table deals;--",
    }


def test_keys_with_bars_and_backslashes_stay_apart(desk: Desk) -> None:
    desk.write(
        "stages.csv",
        "pipeline_id,stage_id,stage_name,position,kind\n"
        "a|b,c,S,1,open\na,b|c,S,2,open\na\\,b,S,3,open\na,\\b,S,4,open\n,new,S,5,open\n",
    )
    assert desk.land("stages").rows_landed == 5
    assert len(desk.newest("stages")) == 5


def test_files_that_nothing_reads_are_named_with_what_they_resemble(desk: Desk) -> None:
    desk.write("deal.csv", DEALS)
    desk.write("notes.txt", "not of our formats")
    warning = check(desk.extract(), "files_known")
    assert (warning.severity, warning.status) == ("warning", "failed")
    assert "deal.csv (did you mean deals?)" in warning.detail
    assert "notes.txt" not in warning.detail


def test_an_absent_entity_is_empty_and_says_nothing(desk: Desk) -> None:
    extraction = desk.extract()
    assert of(extraction, "orders").files == 0
    assert not [result for result in extraction.checks if result.entity == "orders"]


def test_the_input_is_left_as_it_is(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in desk.folder.iterdir()}
    desk.extract()
    assert {path: path.read_bytes() for path in Path(desk.folder).iterdir()} == before
