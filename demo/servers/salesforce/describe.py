"""What the org says of itself: objects, fields, picklists, stages of a record type."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.servers.salesforce.errors import not_found
from demo.servers.salesforce.ids import long_id
from demo.servers.salesforce.objects import BY_LOWER, OBJECTS, SObject
from demo.servers.salesforce.org import Org, version_of
from demo.servers.salesforce.stages import FORECAST_NAMES


def object_of(request: Request) -> SObject:
    """The object in the URL, its name in any case; 404 if there is none."""
    sobject = BY_LOWER.get(request.path_params["sobject"].lower())
    if sobject is None:
        raise not_found()
    return sobject


class Describe:
    """Handlers of describes and of the one resource of the UI API that knows sales processes."""

    def __init__(self, org: Org) -> None:
        self.store = org.store

    async def all(self, request: Request) -> Response:
        """GET sobjects."""
        version = version_of(request)
        listed = [_summary(each, version) for each in OBJECTS.values()]
        return JSONResponse({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})

    async def one(self, request: Request) -> Response:
        """GET sobjects/{name}/describe."""
        sobject = object_of(request)
        fields = [each.describe(self._picklist(each.name)) for each in sobject.fields.values()]
        return JSONResponse(
            _summary(sobject, version_of(request))
            | {"fields": fields, "recordTypeInfos": self._record_types(sobject.name)}
        )

    async def stages(self, request: Request) -> Response:
        """GET ui-api/object-info/Opportunity/picklist-values/{record type}/StageName."""
        params = request.path_params
        record_type = self.store.get("RecordType", params["record_type"])
        process = record_type["BusinessProcessId"]
        if object_of(request).name != "Opportunity" or params["field"] != "StageName":
            raise not_found()
        values = [self._stage_value(name) for name in self.store.process_stages[process]]
        return JSONResponse(
            {
                "controllerValues": {},
                "defaultValue": None,
                "url": request.url.path,
                "values": values,
            }
        )

    def _stage_value(self, name: str) -> dict[str, Any]:
        stage = self.store.stages[name]
        about = {
            "closed": stage.is_closed,
            "defaultProbability": stage.probability,
            "forecastCategoryName": FORECAST_NAMES[stage.forecast],
            "picklistAtrributesValueType": "OpportunityStage",
            "won": stage.is_won,
        }
        return {"attributes": about, "label": name, "validFor": [], "value": name}

    def _picklist(self, field: str) -> list[dict[str, Any]]:
        values: list[str] = []
        if field == "StageName":
            values = list(self.store.stages)
        elif field == "ForecastCategoryName":
            values = list(FORECAST_NAMES.values())
        elif field == "ForecastCategory":
            values = list(FORECAST_NAMES)
        return [
            {"value": each, "label": each, "active": True, "defaultValue": False, "validFor": None}
            for each in values
        ]

    def _record_types(self, sobject: str) -> list[dict[str, Any]]:
        master = {"Id": long_id("012000000000000"), "Name": "Master", "DeveloperName": "Master"}
        own = [each for each in self.store.all("RecordType") if each["SobjectType"] == sobject]
        return [
            {
                "active": True,
                "available": True,
                "defaultRecordTypeMapping": each is (own or [master])[0],
                "developerName": each["DeveloperName"],
                "master": each is master,
                "name": each["Name"],
                "recordTypeId": each["Id"],
            }
            for each in (*own, master)
        ]


def _summary(sobject: SObject, version: str) -> dict[str, Any]:
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    is_history = "History" in sobject.name
    return {
        "name": sobject.name,
        "label": sobject.name,
        "keyPrefix": None if is_history else sobject.key_prefix,
        "custom": False,
        "queryable": True,
        "retrieveable": True,
        "replicateable": sobject.has("IsDeleted"),
        "createable": not is_history,
        "updateable": not is_history,
        "deletable": sobject.has("IsDeleted") and not is_history,
        "mergeable": sobject.has("MasterRecordId"),
        "undeletable": sobject.has("IsDeleted") and not is_history,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": base + "/{ID}"},
    }
