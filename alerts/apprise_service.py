"""An Apprise URL: which service it is, whether it is allowed, and how to speak of it safely."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import apprise

# Services that carry a message over the network to people. Apprise knows others that write to the
# system log, the desktop or home appliances of the machine it runs on: those stay shut.
ALLOWED_SCHEMES = frozenset(
    """
    apprise apprises bark barks discord form forms gchat gotify gotifys jira json jsons lark mailto
    mailtos mailgun matrix matrixs mmost mmosts ncloud nclouds nctalk nctalks ntfy ntfys
    opsgenie pagerduty pover push revolt rocket rockets sendgrid ses signal signals slack smtp2go
    sns splunk synology synologys tgram twilio twist victorops webex whatsapp workflow workflows
    wxteams xml xmls zoom zulip
    """.split()
)
# Text of at least this length that also stands in the URL is taken for a secret.
SHORTEST_SECRET = 4


def open_service(url: str) -> tuple[apprise.NotifyBase | None, str]:
    """The service behind a URL, or None and the reason why there is none."""
    scheme = _scheme(url)
    if scheme != "https" and scheme not in ALLOWED_SCHEMES:
        return None, (
            f"scheme '{scheme}' is not allowed; use a service that reaches people, such as slack, "
            "workflows (Microsoft Teams), discord, tgram, mailtos, ntfys or jsons (a webhook)"
        )
    asset = apprise.AppriseAsset(
        app_id="Jalur",
        app_desc="Sales pipeline alerts",
        app_url="",
        async_mode=False,
        http_redirects=False,
    )
    with own_log() as said:
        service = apprise.Apprise.instantiate(url, asset=asset)
    if not isinstance(service, apprise.NotifyBase):
        reason = without_secrets(" ".join(said), url)
        return None, f"not a URL that Apprise understands; see JALUR_ALERT_URLS. {reason}".strip()
    # A vendor's own https address is read as that vendor's service, which must be allowed too.
    schemes: set[str] = service.schemas()
    if not schemes & ALLOWED_SCHEMES:
        return None, f"the service {service.service_name} is not allowed"
    if len(service) > 1:
        return None, (
            f"it names {len(service)} recipients; give each a URL of its own, or where one of them"
            " fails the others hear everything again with each attempt"
        )
    # Whatever the URL asks for: a message goes where the setting says, and nowhere else.
    service.redirects = False
    return service, ""


def _scheme(url: str) -> str:
    """The scheme in lower case; '?' where the text has none that could be shown safely."""
    match = re.match(r"([a-z][a-z0-9+.-]{0,19})://", url.lower())
    return match[1] if match else "?"


def label_of(service: apprise.NotifyBase | None, url: str) -> str:
    """The service and its host, as far as Apprise itself shows it (some hide a token there)."""
    if service is None:
        return f"{_scheme(url)}://***"
    shown: str = service.url(privacy=True)
    host = urlsplit(shown).netloc.rpartition("@")[2]
    return f"{service.service_name} {host}".strip()


def without_secrets(text: str, url: str) -> str:
    """The text with every longer part of the URL replaced, host and scheme alike."""
    parts = {part for raw in (url, unquote(url)) for part in re.split(r"[:/@?&=,;\s]+", raw)}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= SHORTEST_SECRET:
            text = text.replace(part, "***")
    return text


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@contextmanager
def own_log() -> Iterator[list[str]]:
    """Collect what Apprise warns of, and keep it and the HTTP library from writing URLs to logs."""
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3", "requests")]
    before = [(each, each.propagate) for each in loggers]
    collector = _Collector()
    loggers[0].addHandler(collector)
    for each in loggers:
        each.propagate = False
    try:
        yield collector.texts
    finally:
        loggers[0].removeHandler(collector)
        for each, propagate in before:
            each.propagate = propagate
