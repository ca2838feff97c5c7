"""The demo's platforms are read with settings of its own, and never beside a real account."""

from pathlib import Path

import pytest
import requests

import demo
from jalur.errors import ConfigurationError
from jalur.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, home=tmp_path, sources=("demo",))


def test_the_demo_brings_its_platforms(settings: Settings) -> None:
    assert settings.sources == ("demo", "hubspot", "salesforce")
    assert settings.is_demo_alone
    assert not settings.model_copy(update={"sources": ("demo", "hubspot")}).is_demo_alone


def test_a_key_of_ones_own_and_the_demo_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_SOURCES", "demo")
    monkeypatch.setenv("JALUR_HUBSPOT_TOKEN", "pat-of-a-user")
    with pytest.raises(ConfigurationError, match="take it out") as refused:
        load_settings()
    assert "pat-of-a-user" not in str(refused.value)


def test_a_platform_answers_within_the_block(settings: Settings) -> None:
    with demo.connected(settings, "hubspot") as connected:
        assert connected.hubspot_token is not None
        key = {"Authorization": f"Bearer {connected.hubspot_token.get_secret_value()}"}
        address = f"{connected.hubspot_url}/crm/owners/2026-09"
        assert len(requests.get(address, headers=key, timeout=10).json()["results"]) > 10
        assert requests.get(address, timeout=10).status_code == 401
    assert settings.hubspot_token is None
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=10)
    with pytest.raises(ConfigurationError, match="demo company"):
        demo.refuse_demo_rows(settings.paths, "hubspot")


def test_rows_of_a_real_account_keep_the_demo_out(settings: Settings) -> None:
    demo.refuse_demo_rows(settings.paths, "salesforce")
    settings.paths.landed_table("salesforce", "account").mkdir(parents=True)
    with (
        pytest.raises(ConfigurationError, match="real account"),
        demo.connected(settings, "salesforce"),
    ):
        pass
