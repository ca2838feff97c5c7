"""Tryton's times and decimals survive JSON."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.tryton.rpc import decoded, encoded


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 3, 29, 1, 59, 59, 999999), date(2026, 2, 28), Decimal("12.50"), None, 0.25],
)
def test_what_is_sent_is_what_comes_back(value: object) -> None:
    text = json.dumps([value], default=encoded)
    assert json.loads(text, object_hook=decoded) == [value]


def test_a_decimal_keeps_its_digits() -> None:
    assert str(json.loads(json.dumps(Decimal("1.10"), default=encoded), object_hook=decoded)) == (
        "1.10"
    )


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no form"):
        json.dumps(object(), default=encoded)
