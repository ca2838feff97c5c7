"""The sources that can be switched on, each with the function that extracts it."""

from collections.abc import Callable

import demo
from ingestion.extraction import Extraction, Progress
from ingestion.sources import files
from jalur.demo_company import DEMO_PLATFORMS
from jalur.settings import Settings


def extract(
    source: str, settings: Settings, run_id: str, accept_volume: bool, progress: Progress
) -> Extraction:
    """Extract one source by its name in `JALUR_SOURCES`."""
    extractor = EXTRACTORS[source]
    if source not in DEMO_PLATFORMS:
        return extractor(settings, run_id, accept_volume, progress)
    if "demo" not in settings.sources:
        demo.refuse_demo_rows(settings.paths, source)
        return extractor(settings, run_id, accept_volume, progress)
    with demo.connected(settings, source) as connected:
        return extractor(connected, run_id, accept_volume, progress)


def _demo(settings: Settings, run_id: str, _accept_volume: bool, progress: Progress) -> Extraction:
    return demo.extract(settings, run_id, progress=progress)


def _files(settings: Settings, run_id: str, accept_volume: bool, progress: Progress) -> Extraction:
    return files.extract(settings, run_id, accept_volume=accept_volume, progress=progress)


def _ga4(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    # The client takes a second to import: only where it is used.
    from ingestion.sources import ga4

    return ga4.extract(settings, run_id, progress=progress)


def _google_ads(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import google_ads

    return google_ads.extract(settings, run_id, progress=progress)


def _hubspot(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import hubspot

    return hubspot.extract(settings, run_id, progress=progress)


def _linkedin_ads(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import linkedin_ads

    return linkedin_ads.extract(settings, run_id, progress=progress)


def _mailchimp(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import mailchimp

    return mailchimp.extract(settings, run_id, progress=progress)


def _meta_ads(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import meta_ads

    return meta_ads.extract(settings, run_id, progress=progress)


def _pipedrive(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import pipedrive

    return pipedrive.extract(settings, run_id, progress=progress)


def _salesforce(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import salesforce

    return salesforce.extract(settings, run_id, progress=progress)


def _tryton(settings: Settings, run_id: str, _accept: bool, progress: Progress) -> Extraction:
    from ingestion.sources import tryton

    return tryton.extract(settings, run_id, progress=progress)


EXTRACTORS: dict[str, Callable[[Settings, str, bool, Progress], Extraction]] = {
    "demo": _demo,
    "files": _files,
    "ga4": _ga4,
    "google_ads": _google_ads,
    "hubspot": _hubspot,
    "linkedin_ads": _linkedin_ads,
    "mailchimp": _mailchimp,
    "meta_ads": _meta_ads,
    "pipedrive": _pipedrive,
    "salesforce": _salesforce,
    "tryton": _tryton,
}
