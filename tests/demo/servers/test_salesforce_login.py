"""Who may call: grants of the token endpoint, sessions, and how many calls a day has."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from demo.servers.salesforce.auth import JWT_GRANT, App
from tests.demo.servers.salesforce_org import Client, Small, served, small


@pytest.fixture
def org() -> Small:
    return small()


@pytest.fixture
def client(org: Small) -> Iterator[Client]:
    with served(org.store) as client:
        yield client


def test_a_token_opens_the_api(client: Client) -> None:
    answer = client.login()
    body = answer.json()
    assert (answer.status_code, body["token_type"], body["instance_url"]) == (
        200,
        "Bearer",
        client.url,
    )
    assert client.query("SELECT Name FROM Account")[0]["Name"] == "Acme"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": "another"}, "invalid_client_id"),
        ({"client_secret": "another"}, "invalid_client"),
        ({"grant_type": "magic"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "x", "password": "y"}, "invalid_grant"),
        ({"grant_type": JWT_GRANT, "assertion": "a.b.c"}, "invalid_grant"),
    ],
)
def test_wrong_credentials_are_400(client: Client, form: dict[str, str], error: str) -> None:
    answer = client.login(**form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


def test_a_password_comes_with_the_security_token(client: Client) -> None:
    app = client.server.app
    form = {"grant_type": "password", "username": app.username}
    assert client.login(**form, password=app.password).status_code == 400
    assert client.login(**form, password=app.password + app.security_token).status_code == 200


def test_a_jwt_must_be_signed_with_the_key_of_the_certificate(org: Small) -> None:
    key, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    app = App(certificate=_certificate(key))
    claims = {
        "iss": app.client_id,
        "sub": app.username,
        "aud": "https://login.salesforce.com",
        "exp": int(time.time()) + 180,
    }
    with served(org.store, app) as client:

        def status(key: rsa.RSAPrivateKey, **changed: Any) -> int:
            assertion = _signed(claims | changed, key)
            return client.login(grant_type=JWT_GRANT, assertion=assertion).status_code

        assert status(key) == 200
        assert status(other) == 400
        assert status(key, aud="https://elsewhere.example") == 400
        assert status(key, exp=int(time.time()) - 60) == 400
        assert status(key, sub="somebody@else.example") == 400


def test_sessions_expire_when_switched(client: Client) -> None:
    client.server.switches.session_calls = 2
    soql = {"q": "SELECT COUNT() FROM Account"}
    statuses = [client.call("GET", "query", params=soql).status_code for _ in range(3)]
    assert statuses == [200, 200, 401]
    client.token = ""
    assert client.get("query", **soql)["totalSize"] == 1
    client.server.sessions.expire()
    answer = client.call("GET", "query", params=soql)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_a_day_has_only_so_many_calls(client: Client) -> None:
    client.server.switches.request_limit = 2
    limits = client.get("limits")["DailyApiRequests"]
    assert limits == {"Max": 2, "Remaining": 1}
    answer = client.call("GET", "limits")
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=2/2"
    answer = client.call("GET", "limits")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")


def _certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "connector")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    signed = builder.sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def _signed(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, claims)]
    plain = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    signature = key.sign(plain.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{plain}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
