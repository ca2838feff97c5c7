"""Columns from a company's own fields: what the settings take, and what they refuse by name."""

import pytest

from ingestion.sources import salesforce
from ingestion.sources.own_fields import own_fields
from jalur.errors import ConfigurationError
from jalur.settings import Settings, load_settings


def test_a_setting_names_columns_and_fields() -> None:
    found = own_fields(
        "hubspot", "deals.competitor=main_rival, deals.need = has_need,,leads.source=x"
    )
    assert found == {
        "deals": {"competitor": "main_rival", "need": "has_need"},
        "leads": {"source": "x"},
    }
    assert own_fields("salesforce", "") == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deal.competitor=x", "'deal' cannot have fields of your own; use accounts, products"),
        ("deals.rival=x", "deals has no column 'rival' for a field of your own; use stage_id"),
        ("deals.deal_id=x", "deals has no column 'deal_id'"),
        ("activities.kind=x", "activities has no column 'kind' .* use outcome, objection"),
        ("reps.region=x", "'reps' cannot have fields of your own"),
    ],
)
def test_an_unknown_column_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        own_fields("hubspot", text)


@pytest.mark.parametrize("text", ["deals.competitor", "competitor=x", "deals.need=a'b", "a.b=c.d"])
def test_what_is_no_list_of_fields_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_SALESFORCE_FIELDS", text)
    with pytest.raises(ConfigurationError, match=r"JALUR_SALESFORCE_FIELDS: .* must be like"):
        load_settings()


def test_nothing_is_extracted_with_an_unknown_column() -> None:
    settings = Settings(
        sources=("salesforce",),
        salesforce_fields="deals.rival=Rival__c",
        salesforce_client_id="id",
        salesforce_client_secret="secret",
    )
    with pytest.raises(ConfigurationError, match="deals has no column 'rival'"):
        salesforce.extract(settings, "run")
