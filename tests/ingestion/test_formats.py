"""JSONL and Parquet say the same as CSV, each with its own ways of being odd."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jalur.errors import ConfigurationError
from tests.ingestion.desk import Desk


def test_parquet_values_become_the_text_that_the_contract_reads(desk: Desk) -> None:
    (desk.folder / "deals.csv").unlink()
    table = pa.table(
        {
            "deal_id": pa.array([1, 2], pa.int64()),
            "stage_id": ["new", "won"],
            "amount": pa.array([Decimal("10.50"), None], pa.decimal128(18, 4)),
            "created_at": pa.array([datetime(2026, 1, 1, 10, 0, 0, 5)] * 2, pa.timestamp("us")),
            "closed_at": pa.array([datetime(2026, 1, 2)] * 2, pa.timestamp("ns", "Asia/Jakarta")),
            "expected_close_date": [date(2026, 2, 1), None],
            "is_deleted": [False, True],
            "tags": [["a", "b"], []],
            "owner": [{"id": 1, "name": "x"}, None],
            "score": [1.5, float("nan")],
            'a "quoted" name': ["q", None],
            "file_row_number": [7, 8],
        }
    )
    pq.write_table(table, desk.folder / "deals.parquet")
    desk.land()
    first, second = (row["payload"] for row in desk.landed())
    assert first == {
        "deal_id": "1",
        "stage_id": "new",
        "amount": "10.5000",
        "created_at": "2026-01-01 10:00:00.000005",
        "closed_at": "2026-01-02 00:00:00+00",
        "expected_close_date": "2026-02-01",
        "is_deleted": "false",
        "tags": '["a","b"]',
        "owner": '{"id":1,"name":"x"}',
        "score": "1.5",
        'a "quoted" name': "q",
        "file_row_number": "7",
    }
    assert second["is_deleted"] == "true"
    assert [row["is_deleted"] for row in desk.landed()] == [False, True]


def test_a_parquet_file_damaged_behind_its_footer_is_named(desk: Desk) -> None:
    path = desk.folder / "accounts.parquet"
    ids = [f"account {number * 7919 % 10_007}" for number in range(10_000)]
    pq.write_table(pa.table({"account_id": ids}), path, use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[100:5_000] = b"\xff" * 4_900
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"accounts\.parquet: not a readable parquet"):
        desk.extract()
    assert not desk.has_landed


def test_parquet_without_rows_or_columns_is_empty(desk: Desk) -> None:
    pq.write_table(
        pa.table({"account_id": pa.array([], pa.string())}), desk.folder / "accounts.parquet"
    )
    pq.write_table(pa.table({}), desk.folder / "reps.parquet")
    assert desk.land("accounts").rows_read == 0
    assert desk.landed("reps") == []


def test_jsonl_lands_what_can_be_read_and_keeps_the_rest_apart(desk: Desk) -> None:
    (desk.folder / "deals.csv").unlink()
    desk.write(
        "deals.jsonl",
        '\ufeff{"deal_id": 1, "stage_id": "new", "amount": 10.5, "is_deleted": false}\r\n'
        '{"deal_id": "2", "stage_id": "won", "name": null, "owner": {"id": 1}, "tags": ["a"]}\n'
        "\n"
        '["not", "an", "object"]\n'
        "17\n"
        '{"deal_id": "3", "stage_id": \n'
        '{"deal_id": "4", "stage_id": "new", "created_at": NaN}\n'
        '{"deal_id": "5", "stage_id": null}\n'
        '{"deal_id": "6", "stage_id": "new", "": "x", "a/b~c": "y", "a\'b": "z", "$.a": "w"}\n'
        '{"stage_id": "new", "deal_id": "7", "amount": 123456789012345678901234567890}',
    )
    found = desk.land()
    assert desk.newest() == {
        "1": {"deal_id": "1", "stage_id": "new", "amount": "10.5", "is_deleted": "false"},
        "2": {"deal_id": "2", "stage_id": "won", "owner": '{"id":1}', "tags": '["a"]'},
        "4": {"deal_id": "4", "stage_id": "new", "created_at": "NaN"},
        "6": {"deal_id": "6", "stage_id": "new"} | {"": "x", "a/b~c": "y", "a'b": "z", "$.a": "w"},
        "7": {"deal_id": "7", "stage_id": "new", "amount": "123456789012345678901234567890"},
    }
    assert desk.quarantined() == [
        ("deals.jsonl", 4, "broken_line", None),
        ("deals.jsonl", 5, "broken_line", None),
        ("deals.jsonl", 6, "broken_line", None),
        ("deals.jsonl", 8, "missing_value", "stage_id"),
    ]
    assert (found.rows_read, found.rows_quarantined) == (9, 4)


@pytest.mark.parametrize("content", ["17\n", "[]\n", "null\n", '{"deal_id": \n'])
def test_a_jsonl_file_of_broken_lines_only_is_quarantined_whole(desk: Desk, content: str) -> None:
    desk.write("accounts.jsonl", content)
    desk.land("accounts")
    assert desk.quarantined() == [("accounts.jsonl", 1, "broken_line", None)]


def test_deep_nesting_is_a_value_or_a_broken_line_but_no_crash(desk: Desk) -> None:
    deep = "[" * 5_000 + "]" * 5_000
    desk.write("accounts.jsonl", f'{{"account_id": "A1", "deep": {deep}}}\n')
    found = desk.land("accounts")
    assert found.rows_landed + found.rows_quarantined == 1


def test_utf_16_when_the_mapping_says_so(desk: Desk) -> None:
    desk.write("mapping.toml", '[accounts]\nencoding = "utf-16"\n')
    desk.write("accounts.csv", "account_id,name\r\nA1,Müller 株式会社\r\n".encode("utf-16"))
    desk.land()
    assert desk.newest("accounts") == {"A1": {"account_id": "A1", "name": "Müller 株式会社"}}


def test_bytes_that_are_no_utf_16_name_the_file(desk: Desk) -> None:
    desk.write("mapping.toml", '[accounts]\nencoding = "utf-16"\n')
    desk.write("accounts.csv", b"\xff\xfea\x00\x00\xd8a\x00\n\x00")
    with pytest.raises(ConfigurationError, match=r"accounts\.csv"):
        desk.extract()
