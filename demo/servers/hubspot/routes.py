"""Which handler answers which path, in every version that the vendor serves."""

import re
from typing import NamedTuple

from demo.servers.hubspot import (
    account,
    associations,
    marketing,
    objects,
    owners,
    pipelines,
    properties,
    search,
)
from demo.servers.hubspot.call import Handler

# Dated versions come twice a year, some of them first as a beta.
DATED = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-beta)?")


class Served(NamedTuple):
    """A dated path with its `{version}`, the paths before dates, and the method."""

    dated: str
    numbered: tuple[str, ...]
    handler: Handler
    method: str = "GET"
    is_search: bool = False


def _crm(area: str, rest: str, handler: Handler, method: str = "GET", number: str = "v3") -> Served:
    is_search = handler is search.search_objects
    dated, numbered = f"/crm/{area}/{{version}}{rest}", f"/crm/{number}/{area}{rest}"
    return Served(dated, (numbered,), handler, method, is_search)


def _other(area: str, rest: str, handler: Handler) -> Served:
    """Outside the CRM the number stands where the date stands, or before the last word."""
    first, _, last = area.rpartition("/")
    numbered = f"/{first}/v3/{last}{rest}" if first else f"/{last}/v3{rest}"
    return Served(f"/{area}/{{version}}{rest}", (numbered,), handler)


_OF_PIPELINE = "/{object_type}/{pipeline_id}"
_SUBMISSIONS = "/form-integrations/v1/submissions/forms/{form_id}"
_OF_STAGE = _OF_PIPELINE + "/stages/{stage_id}"
SERVED = (
    _crm("objects", "/{object_type}/batch/read", objects.batch_read, "POST"),
    _crm("objects", "/{object_type}/search", search.search_objects, "POST"),
    _crm("objects", "/{object_type}", objects.list_objects),
    _crm("objects", "/{object_type}/{object_id}", objects.read_object),
    _crm(
        "objects", "/{object_type}/{object_id}/associations/{to_type}",
        associations.list_associations, number="v4",
    ),
    _crm(
        "associations", "/{from_type}/{to_type}/batch/read",
        associations.batch_read_associations, "POST", number="v4",
    ),
    _crm("pipelines", "/{object_type}", pipelines.list_pipelines),
    _crm("pipelines", _OF_PIPELINE, pipelines.read_pipeline),
    _crm("pipelines", _OF_PIPELINE + "/audit", pipelines.audit),
    _crm("pipelines", _OF_PIPELINE + "/stages", pipelines.list_stages),
    _crm("pipelines", _OF_STAGE, pipelines.read_stage),
    _crm("pipelines", _OF_STAGE + "/audit", pipelines.audit),
    _crm("owners", "", owners.list_owners),
    _crm("owners", "/", owners.list_owners),
    _crm("owners", "/{owner_id}", owners.read_owner),
    _crm("properties", "/{object_type}", properties.list_properties),
    _crm("properties", "/{object_type}/{property_name}", properties.read_property),
    _other("account-info", "/details", account.details),
    _other("account-info", "/api-usage/daily/private-apps", account.daily_usage),
    _other("marketing/campaigns", "", marketing.list_campaigns),
    _other("marketing/campaigns", "/{campaign_id}", marketing.read_campaign),
    _other("marketing/campaigns", "/{campaign_id}/budget/totals", marketing.budget_totals),
    _other("marketing/emails", "", marketing.list_emails),
    _other("marketing/emails", "/", marketing.list_emails),
    _other("marketing/forms", "", marketing.list_forms),
    _other("marketing/forms", "/", marketing.list_forms),
    # Never dated: it has no successor yet.
    Served(_SUBMISSIONS, (), marketing.list_submissions),
)  # fmt: skip
