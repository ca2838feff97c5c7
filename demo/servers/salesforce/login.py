"""The two doors: the OAuth token endpoint, and the login of the SOAP API."""

import base64
import hashlib
import hmac
import html
import re
import time
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.servers.salesforce.auth import Refused, Sessions

# From this version on the SOAP API has no login any more.
FIRST_VERSION_WITHOUT_LOGIN = 65.0


class Login:
    """Handlers of the two doors; both give the same sessions."""

    def __init__(self, sessions: Sessions, user_id: str) -> None:
        self.sessions = sessions
        self.user_id = user_id

    async def token(self, request: Request) -> Response:
        """POST /services/oauth2/token."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        headers = {"Cache-Control": "no-store"}
        try:
            token = self.sessions.grant(form, request.headers.get("authorization"))
        except Refused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            return JSONResponse(body, 400, headers)
        base = _base(request)
        identity = f"{base}/id/{self.sessions.org_id}/{self.user_id}"
        issued_at = str(int(time.time() * 1000))
        secret = self.sessions.app.client_secret.encode()
        signature = hmac.new(secret, f"{identity}{issued_at}".encode(), hashlib.sha256).digest()
        body = {
            "access_token": token,
            "signature": base64.b64encode(signature).decode(),
            "scope": "api",
            "instance_url": base,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
        }
        return JSONResponse(body, headers=headers)

    async def soap(self, request: Request) -> Response:
        """POST /services/Soap/u/{version}: the call `login`, and no other."""
        version = request.path_params["version"]
        text = (await request.body()).decode()
        if float(version) >= FIRST_VERSION_WITHOUT_LOGIN:
            return _fault("UNSUPPORTED_API_VERSION", f"login() is not available in {version}")
        try:
            token = self.sessions.login(_element(text, "username"), _element(text, "password"))
        except Refused:
            return _fault(
                "INVALID_LOGIN", "Invalid username, password, security token; or user locked out."
            )
        server = f"{_base(request)}/services/Soap/u/{version}/{self.sessions.org_id[:15]}"
        return _envelope(
            '<loginResponse xmlns="urn:partner.soap.sforce.com"><result>'
            "<passwordExpired>false</passwordExpired><sandbox>false</sandbox>"
            f"<serverUrl>{server}</serverUrl><sessionId>{token}</sessionId>"
            f"<userId>{self.user_id}</userId></result></loginResponse>"
        )


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}"


def _element(text: str, name: str) -> str:
    # One flat element of a known request: no reason to trust an XML parser with it.
    match = re.search(rf"<(?:\w+:)?{name}>(.*?)</(?:\w+:)?{name}>", text, re.DOTALL)
    return html.unescape(match[1]) if match else ""


def _fault(code: str, message: str) -> Response:
    text = html.escape(message, quote=False)
    fault = (
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode>"
        f"<faultstring>{code}: {text}</faultstring><detail><sf:LoginFault>"
        f"<sf:exceptionCode>{code}</sf:exceptionCode>"
        f"<sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail>"
        "</soapenv:Fault>"
    )
    return _envelope(fault, 500)


def _envelope(body: str, status: int = 200) -> Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:sf="urn:fault.partner.soap.sforce.com">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
    return Response(text, status, media_type="text/xml; charset=utf-8")
