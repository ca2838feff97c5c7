"""The platforms that the demo company works with, served on loopback while one is extracted.

The team that came with an acquisition has kept its Salesforce; all others work in HubSpot. Searches
are advertised at Google, posts at Meta, webinars and events on LinkedIn. The connectors are those
of every user; only address and key are the demo's.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from pydantic import SecretStr

from demo.generator import generate
from jalur.demo_company import DEMO_PLATFORMS
from jalur.errors import ConfigurationError
from jalur.files import Place
from jalur.paths import Home
from jalur.settings import Settings

ACQUIRED_TEAM = "Americas"
# In a landing zone whose platforms are the demo's.
MARK = "_demo"


def connected(settings: Settings, source: str) -> AbstractContextManager[Settings]:
    """The settings with address and key of the demo's own server, which answers within the block.

    Raises `ConfigurationError` where the home holds rows of a real account.
    """
    _claim(settings.paths, source)
    return SERVED[source](settings, generate(settings.paths.demo))


def refuse_demo_rows(home: Home, source: str) -> None:
    """Raise `ConfigurationError` where a real account would be landed beside the demo's rows."""
    if _mark(home).exists():
        raise ConfigurationError(
            f"JALUR_HOME: {home.root} holds the {source} of the demo company; name another folder"
            " for your own data, or remove this one"
        )


def _claim(home: Home, source: str) -> None:
    if (home.landing / f"raw_{source}").exists() and not _mark(home).exists():
        raise ConfigurationError(
            f"JALUR_HOME: {home.root} holds the {source} of a real account; name another folder for"
            " the demo company"
        )
    home.create()
    _mark(home).touch()


def _mark(home: Home) -> Place:
    return home.landing / MARK


# A server takes a second to import and some to fill: only where it is asked.


@contextmanager
def _hubspot(settings: Settings, export: Path) -> Iterator[Settings]:
    from demo.servers.hubspot import HubSpot, Limits, Store
    from demo.servers.hubspot.company import fill
    from demo.servers.loopback import serve

    store = fill(Store(), export, teams=lambda team: team != ACQUIRED_TEAM)
    with serve(HubSpot(store, limits=Limits(burst=None, searches_per_second=None))) as url:
        yield settings.model_copy(
            update={"hubspot_url": url, "hubspot_token": SecretStr(HubSpot.token)}
        )


@contextmanager
def _salesforce(settings: Settings, export: Path) -> Iterator[Settings]:
    from demo.servers.loopback import serve
    from demo.servers.salesforce import SalesforceServer, Store
    from demo.servers.salesforce.company import Company, of_teams

    store = Store()
    Company(store, export, of_teams(export, ACQUIRED_TEAM)).play()
    server = SalesforceServer(store)
    with serve(server) as url:
        yield settings.model_copy(
            update={
                "salesforce_url": url,
                "salesforce_client_id": server.app.client_id,
                "salesforce_client_secret": SecretStr(server.app.client_secret),
            }
        )


@contextmanager
def _google_ads(settings: Settings, export: Path) -> Iterator[Settings]:
    from demo.servers.google_ads import GoogleAds
    from demo.servers.google_ads.company import CUSTOMER, MANAGER, fill
    from demo.servers.loopback import serve

    server = GoogleAds(fill(export))
    client_id, client_secret = server.platform.client
    with serve(server) as url:
        yield settings.model_copy(
            update={
                "google_ads_url": url,
                "google_ads_login_url": f"{url}/token",
                "google_ads_customers": (str(CUSTOMER),),
                "google_ads_manager": MANAGER,
                "google_ads_client_id": client_id,
                "google_ads_client_secret": SecretStr(client_secret),
                "google_ads_refresh_token": SecretStr(GoogleAds.refresh_token),
            }
        )


@contextmanager
def _meta_ads(settings: Settings, export: Path) -> Iterator[Settings]:
    from demo.servers.loopback import serve
    from demo.servers.meta_ads import MetaAds
    from demo.servers.meta_ads.company import ACCOUNT, fill

    with serve(MetaAds(fill(export))) as url:
        yield settings.model_copy(
            update={
                "meta_ads_url": url,
                "meta_ads_accounts": (str(ACCOUNT),),
                "meta_ads_token": SecretStr(MetaAds.token),
            }
        )


@contextmanager
def _linkedin_ads(settings: Settings, export: Path) -> Iterator[Settings]:
    from demo.servers.linkedin_ads import LinkedInAds
    from demo.servers.linkedin_ads.company import fill
    from demo.servers.loopback import serve

    with serve(LinkedInAds(fill(export))) as url:
        yield settings.model_copy(
            update={"linkedin_ads_url": url, "linkedin_ads_token": SecretStr(LinkedInAds.token)}
        )


@contextmanager
def _ga4(settings: Settings, export: Path) -> Iterator[Settings]:
    from demo.servers.ga4 import Analytics
    from demo.servers.ga4.company import PROPERTY, fill
    from demo.servers.loopback import serve

    server = Analytics(fill(export))
    client_id, client_secret = server.login.client
    with serve(server) as url:
        yield settings.model_copy(
            update={
                "ga4_url": url,
                "ga4_login_url": f"{url}/token",
                "ga4_properties": (PROPERTY,),
                "ga4_client_id": client_id,
                "ga4_client_secret": SecretStr(client_secret),
                "ga4_refresh_token": SecretStr(min(server.login.refresh_tokens)),
            }
        )


@contextmanager
def _mailchimp(settings: Settings, export: Path) -> Iterator[Settings]:
    from demo.servers.loopback import serve
    from demo.servers.mailchimp import MailchimpServer
    from demo.servers.mailchimp.company import fill

    server = MailchimpServer(fill(export))
    with serve(server) as url:
        yield settings.model_copy(
            update={"mailchimp_url": url, "mailchimp_key": SecretStr(server.account.key)}
        )


SERVED: dict[str, Callable[[Settings, Path], AbstractContextManager[Settings]]] = {
    "hubspot": _hubspot,
    "salesforce": _salesforce,
    "google_ads": _google_ads,
    "meta_ads": _meta_ads,
    "linkedin_ads": _linkedin_ads,
    "ga4": _ga4,
    "mailchimp": _mailchimp,
}
assert set(SERVED) == set(DEMO_PLATFORMS)
