"""What is Google's own: its logins, its quotas, and its managers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from demo.servers.google_ads.errors import exhausted
from ingestion.api.client import Patience, SourceError
from ingestion.sources.google_ads.answers import told
from jalur.errors import ConfigurationError
from jalur.settings import Settings
from tests.ingestion.api.ads import ACCOUNT, Desk, days_of, desk_of

EMAIL = "warehouse@loopback.iam.gserviceaccount.com"


@pytest.fixture
def ads(quick_landing: None, tmp_path: Path) -> Iterator[Desk]:
    with desk_of("google_ads", tmp_path / "home") as desk:
        yield desk


def test_the_quota_of_the_day_ends_the_sync_and_the_next_one_goes_on(ads: Desk) -> None:
    ads.store.customers[ACCOUNT].time_zone = "UTC"
    ads.server.platform.operations_per_day = 2
    extraction = ads.extract()
    (check,) = [each for each in extraction.checks if each.refuses]
    assert check.check_name == "source_read_whole"
    assert "quota of calls is used up" in check.detail
    assert "Not read to the end: campaign_days" in check.detail
    # One call, and none after it: asking again would cost the quota of tomorrow.
    assert ads.server.platform.operations == 3
    assert ads.spend() == {}
    ads.server.platform.operations_per_day = None
    assert not [each for each in ads.extract().checks if each.refuses]
    assert ads.spend() == ads.shown()


def test_a_quota_of_seconds_is_waited_for_as_long_as_google_says(
    ads: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    ads.server.faults.script = [None, "too_many_requests"]
    ads.extract(Patience(first_pause=0.5, longest_pause=60))
    assert waits == [2.0]
    assert ads.spend() == ads.shown()


def test_a_limit_that_never_passes_is_no_traceback(ads: Desk) -> None:
    ads.server.faults.script = [None, None, *["too_many_requests"] * 50]
    extraction = ads.extract()
    (check,) = [each for each in extraction.checks if each.refuses]
    assert "Not read to the end: campaigns, campaign_days" in check.detail


def test_a_service_account_logs_in(ads: Desk, tmp_path: Path) -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    ads.server.platform.service_accounts[EMAIL] = public.decode()
    ads.server.platform.refresh_tokens.clear()
    text = json.dumps(
        {
            "type": "service_account",
            "client_email": EMAIL,
            "private_key_id": "k1",
            "private_key": key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ).decode(),
            "token_uri": f"{ads.url}/token",
        }
    )
    file = tmp_path / "key.json"
    file.write_text(text)
    for setting in (text, str(file)):
        ads.overrides = {"google_ads_service_account": setting}
        ads.extract()
    assert ads.spend() == ads.shown()
    ads.server.platform.service_accounts.clear()
    with pytest.raises(ConfigurationError, match=r"SERVICE_ACCOUNT: .*invalid_grant"):
        ads.extract()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"google_ads_client_id": " "}, "JALUR_GOOGLE_ADS_CLIENT_ID is missing"),
        ({"google_ads_client_secret": ""}, "JALUR_GOOGLE_ADS_CLIENT_SECRET is missing"),
        ({"google_ads_refresh_token": ""}, "JALUR_GOOGLE_ADS_REFRESH_TOKEN is missing"),
        ({"google_ads_refresh_token": "1//hush"}, "REFRESH_TOKEN: .*invalid_grant"),
        ({"google_ads_service_account": "/nowhere"}, "neither JSON nor a readable file"),
        ({"google_ads_service_account": '{"hush": 1}'}, "no key of a service account"),
        (
            {
                "google_ads_service_account": json.dumps(
                    {
                        "client_email": "a",
                        "private_key": "hush",
                        "private_key_id": "k",
                        "token_uri": "https://127.0.0.1:1/token",
                    }
                )
            },
            "private_key that is no RSA key",
        ),
    ],
)
def test_what_is_wrong_with_the_login_is_named(
    ads: Desk, settings: dict[str, str], message: str
) -> None:
    ads.overrides = settings
    with pytest.raises(ConfigurationError, match=message) as caught:
        ads.extract()
    assert "hush" not in str(caught.value)


def test_an_account_below_a_manager_is_reached_through_it(ads: Desk) -> None:
    ads.store.customers[ACCOUNT].manager = "2814407716"
    with pytest.raises(SourceError, match=r"HTTP 403: .*authorizationError USER_PERMISSION_DENIED"):
        ads.extract()
    ads.overrides = {"google_ads_manager": "281-440-7716", "google_ads_customers": "123-456-7890"}
    ads.extract()
    assert ads.spend() == ads.shown()


def test_a_manager_among_the_accounts_is_told(ads: Desk) -> None:
    ads.store.customers[ACCOUNT].is_manager = True
    with pytest.raises(ConfigurationError, match="1234567890 is a manager account"):
        ads.extract()


def test_a_version_that_was_switched_off_is_told(ads: Desk) -> None:
    ads.overrides = {"google_ads_version": "v22"}
    with pytest.raises(SourceError, match="requestError UNSUPPORTED_VERSION"):
        ads.extract()


def test_a_stream_that_breaks_off_is_no_answer(ads: Desk) -> None:
    """Rows, and then an error in the last part, all with status 200."""
    ads.server.platform.rows_per_part = 50
    ads.server.platform.streams_breaking_off = 4
    found = days_of(ads.extract())
    assert (found.rows_landed, found.rows_quarantined) == (138, 0)
    assert ads.server.platform.streams_breaking_off == 0


def test_an_error_tells_its_codes() -> None:
    assert told(exhausted(30, "operations").body) == (
        "Too many requests. Retry in 30 seconds. (quotaError RESOURCE_EXHAUSTED)"
    )
    assert told("text") == ""


@pytest.mark.parametrize("text", ["12a", "123-456-789x", "\u0661\u0662"])
def test_an_id_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        Settings(google_ads_customers=text)
