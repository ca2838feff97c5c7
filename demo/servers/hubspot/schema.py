"""Object types and their properties, as far as a sales warehouse reads them."""

from dataclasses import dataclass, field

FIELD_TYPES = {
    "string": "text", "number": "number", "datetime": "date", "date": "date",
    "enumeration": "select", "bool": "booleancheckbox",
}  # fmt: skip


@dataclass(frozen=True)
class Property:
    """One property of an object type; `type` is one of FIELD_TYPES."""

    name: str
    type: str
    options: tuple[str, ...] = ()
    is_custom: bool = False
    archived: bool = False


@dataclass(frozen=True)
class ObjectType:
    """A type by its plural name, the number that stands for it, and what a bare read returns."""

    name: str
    type_id: str
    singular: str
    defaults: tuple[str, ...]
    properties: dict[str, Property] = field(repr=False)
    created: str = "createdate"
    modified: str = "hs_lastmodifieddate"

    @property
    def always(self) -> tuple[str, ...]:
        """Properties that come with every read, asked for or not."""
        return (self.created, self.modified, "hs_object_id")


# `name:type`, one type's properties per text; those of every type are added below.
PROPERTIES = {
    "deals": """dealname:string dealstage:enumeration pipeline:enumeration amount:number
        deal_currency_code:enumeration closedate:datetime hubspot_owner_id:enumeration
        hs_manual_forecast_category:enumeration hs_forecast_amount:number dealtype:enumeration
        closed_lost_reason:string closed_won_reason:string hs_is_closed:bool hs_is_closed_won:bool
        hs_deal_stage_probability:number hs_analytics_source:enumeration hs_campaign:string
        description:string createdate:datetime""",
    "contacts": """email:string hs_additional_emails:enumeration firstname:string lastname:string
        jobtitle:string company:string industry:string country:string numemployees:enumeration
        hs_lead_status:enumeration lifecyclestage:enumeration hubspot_owner_id:enumeration
        hs_analytics_source:enumeration hs_analytics_source_data_1:string createdate:datetime
        lastmodifieddate:datetime""",
    "companies": """name:string domain:string industry:enumeration country:string
        numberofemployees:number annualrevenue:number hs_parent_company_id:number
        lifecyclestage:enumeration hubspot_owner_id:enumeration createdate:datetime""",
    "products": """name:string description:string price:number hs_sku:string
        hs_product_type:enumeration hs_price_usd:number createdate:datetime""",
    "line_items": """name:string quantity:number price:number amount:number hs_product_id:number
        hs_sku:string hs_line_item_currency_code:enumeration createdate:datetime""",
    "leads": """hs_lead_name:string hs_lead_type:enumeration hs_lead_label:enumeration
        hs_pipeline:enumeration hs_pipeline_stage:enumeration hubspot_owner_id:enumeration
        createdate:datetime""",
    "calls": """hs_timestamp:datetime hs_call_title:string hs_call_body:string
        hs_call_duration:number hs_call_disposition:enumeration hs_call_status:enumeration
        hs_call_direction:enumeration hs_activity_type:enumeration hubspot_owner_id:enumeration
        hs_createdate:datetime""",
    "meetings": """hs_timestamp:datetime hs_meeting_title:string hs_meeting_body:string
        hs_meeting_start_time:datetime hs_meeting_end_time:datetime hs_meeting_outcome:enumeration
        hs_activity_type:enumeration hubspot_owner_id:enumeration hs_createdate:datetime""",
    "emails": """hs_timestamp:datetime hs_email_subject:string hs_email_text:string
        hs_email_direction:enumeration hs_email_status:enumeration hubspot_owner_id:enumeration
        hs_createdate:datetime""",
    "notes": """hs_timestamp:datetime hs_note_body:string hubspot_owner_id:enumeration
        hs_createdate:datetime""",
    "tasks": """hs_timestamp:datetime hs_task_subject:string hs_task_body:string
        hs_task_status:enumeration hs_task_priority:enumeration hs_task_type:enumeration
        hubspot_owner_id:enumeration hs_createdate:datetime""",
}
EVERYWHERE = "hs_object_id:number hs_lastmodifieddate:datetime hs_merged_object_ids:enumeration"

TYPE_IDS = {
    "contacts": "0-1", "companies": "0-2", "deals": "0-3", "products": "0-7", "line_items": "0-8",
    "tasks": "0-27", "notes": "0-46", "meetings": "0-47", "calls": "0-48", "emails": "0-49",
    "leads": "0-136",
}  # fmt: skip
ENGAGEMENTS = ("calls", "meetings", "emails", "notes", "tasks")
DEFAULTS = {
    "deals": ("amount", "closedate", "dealname", "dealstage", "pipeline"),
    "contacts": ("email", "firstname", "lastname"),
    "companies": ("domain", "name"),
    "products": ("description", "name", "price"),
    "line_items": ("amount", "price", "quantity"),
}


def object_types() -> dict[str, ObjectType]:
    """A fresh set for one portal: custom properties are added to it."""
    return {name: _object_type(name) for name in PROPERTIES}


def _object_type(name: str) -> ObjectType:
    created = "hs_createdate" if name in ENGAGEMENTS else "createdate"
    modified = "lastmodifieddate" if name == "contacts" else "hs_lastmodifieddate"
    declared = [each.split(":") for each in (PROPERTIES[name] + " " + EVERYWHERE).split()]
    return ObjectType(
        name=name,
        type_id=TYPE_IDS[name],
        singular={"companies": "company"}.get(name, name.removesuffix("s")),
        defaults=(*DEFAULTS.get(name, ()), created, modified, "hs_object_id"),
        properties={each[0]: Property(each[0], each[1]) for each in declared},
        created=created,
        modified=modified,
    )
