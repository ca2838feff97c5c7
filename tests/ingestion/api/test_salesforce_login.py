"""Both logins of Salesforce, what is said when they fail, and what never is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from requests import Session

from demo.servers.salesforce.auth import App
from ingestion.api.client import SourceError
from ingestion.sources.salesforce.login import allow_plain_text
from jalur.errors import ConfigurationError
from tests.ingestion.api.org import Desk, differences


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def with_certificate(sf: Desk, key: RSAPrivateKey) -> None:
    """The org trusts what that key signs."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "warehouse")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    sf.server.sessions.app = App(certificate=certificate.public_bytes(Encoding.PEM).decode())


def signed(sf: Desk, private_key: str, **others: str) -> None:
    settings = sf.settings(
        salesforce_client_secret=None,
        salesforce_private_key=private_key,
        salesforce_username=sf.server.app.username,
        **others,
    )
    sf.extract(settings=settings)


@pytest.mark.parametrize("form", ["text", "one line", "file"])
def test_a_signed_jwt_logs_in(sf: Desk, key: RSAPrivateKey, form: str, tmp_path: Path) -> None:
    with_certificate(sf, key)
    sf.org.deal()
    file = tmp_path / "key.pem"
    file.write_text(pem(key))
    signed(sf, {"text": pem(key), "one line": pem(key).replace("\n", "\\n")}.get(form, str(file)))
    assert differences(sf) == []


def test_an_audience_of_another_org_is_refused(sf: Desk, key: RSAPrivateKey) -> None:
    with_certificate(sf, key)
    with pytest.raises(SourceError, match="login is refused: invalid_grant: audience"):
        signed(sf, pem(key), salesforce_audience="https://example.org")


def test_a_key_that_the_org_does_not_know_is_refused(sf: Desk, key: RSAPrivateKey) -> None:
    with_certificate(sf, key)
    other = generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(SourceError, match="invalid assertion") as caught:
        signed(sf, pem(other))
    assert "PRIVATE KEY" not in str(caught.value)


def test_a_wrong_secret_is_refused_and_not_repeated(sf: Desk) -> None:
    with pytest.raises(SourceError, match="invalid client credentials") as caught:
        sf.extract(settings=sf.settings(salesforce_client_secret="hush hush"))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"salesforce_client_id": None}, "JALUR_SALESFORCE_CLIENT_ID"),
        ({"salesforce_client_secret": " "}, "JALUR_SALESFORCE_CLIENT_SECRET or"),
        ({"salesforce_private_key": "/nowhere"}, "JALUR_SALESFORCE_USERNAME"),
        (
            {"salesforce_private_key": "/nowhere", "salesforce_username": "me"},
            "neither a PEM text nor a readable file",
        ),
        (
            {"salesforce_private_key": "-----BEGIN hush", "salesforce_username": "me"},
            "no private RSA key",
        ),
        ({"salesforce_url": "http://example.org"}, "JALUR_SALESFORCE_URL"),
        ({"salesforce_url": "yourcompany"}, "no https address"),
    ],
)
def test_what_is_missing_is_named(sf: Desk, settings: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        sf.extract(settings=sf.settings(**settings))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://10.0.0.1:80", "http://localhost.example.org", "ftp://x"])
def test_plain_text_goes_to_loopback_alone(url: str) -> None:
    with pytest.raises(ConfigurationError):
        allow_plain_text(Session(), url)


def test_only_the_one_address_is_plain() -> None:
    session = Session()
    allow_plain_text(session, "http://127.0.0.1:8080")
    plain = session.get_adapter("https://127.0.0.1:8080/services")
    assert plain is not session.get_adapter("https://login.salesforce.com/services")
    assert plain is not session.get_adapter("https://127.0.0.1:9090/services")
