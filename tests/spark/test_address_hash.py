"""Spark's hash of an address is the one of DuckDB and of Python's own library."""

import hashlib
import hmac
import json
import os
import subprocess
import sys

import pytest

from jalur.personal_data import KEY_VARIABLE
from tests.spark.java import missing

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
]
ADDRESSES = ["ann@x.example", " \tAnn@X.example\n", "Jörg@münchen.example", "no address", "", None]


def on_spark(key: str) -> list[list[str | None]]:
    found = subprocess.run(
        [sys.executable, "-m", "tests.spark.hash_on_spark"],
        env=os.environ | {KEY_VARIABLE: key},
        input=json.dumps(ADDRESSES),
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    pairs: list[list[str | None]] = json.loads(found.stdout.splitlines()[-1])
    assert not key or key not in found.stdout + found.stderr
    return pairs


@pytest.mark.parametrize("length", [20, 64, 65, 200])
def test_spark_hashes_as_python_does(length: int) -> None:
    key = ("a key of ö and more " * 20)[:length]
    expected = [
        hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()
        for address in ("ann@x.example", "ann@x.example", "jörg@münchen.example", "no address")
    ]
    found = on_spark(key)
    assert [pair[0] for pair in found] == [*expected, None, None]
    domains = ["x.example", "x.example", "münchen.example", None, None, None]
    assert [pair[1] for pair in found] == domains


def test_spark_hashes_nothing_without_a_key() -> None:
    found = on_spark("")
    assert [pair[0] for pair in found] == [None] * len(ADDRESSES)
    assert found[0][1] == "x.example"
