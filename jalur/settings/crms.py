"""Settings of the CRMs: where each is, who reads it, and what its company calls things."""

from pydantic import BaseModel, Field, field_validator

from jalur.own_fields import parse_own_fields
from jalur.settings.kinds import Address, OptionalAddress, OptionalText, Secret, Token


class CrmSettings(BaseModel):
    """HubSpot, Pipedrive, Salesforce, Tryton."""

    hubspot_token: Token = Field(None, description="Access token of a HubSpot private app.")
    hubspot_url: Address = Field("https://api.hubapi.com", description="Address of HubSpot's API.")
    hubspot_version: str = Field("2026-09", description="Version of HubSpot's API, in its paths.")
    hubspot_fields: str = Field(
        "", description="Columns that are properties of your own: deals.competitor=main_rival, ..."
    )
    pipedrive_url: OptionalAddress = Field(
        None, description="Address of the company: https://yourcompany.pipedrive.com."
    )
    pipedrive_token: Token = Field(None, description="API token of a Pipedrive user.")
    salesforce_url: str = Field(
        "https://login.salesforce.com", description="Address of the org: its My Domain."
    )
    salesforce_version: str = Field("66.0", description="Version of Salesforce's API.")
    salesforce_client_id: OptionalText = Field(
        None, description="Consumer key of an external client app."
    )
    salesforce_client_secret: Token = Field(
        None, description="Consumer secret of the app, for the login with client credentials."
    )
    salesforce_private_key: Secret = Field(
        None, description="Key (PEM, a file or the text itself) for the login with a signed JWT."
    )
    salesforce_username: OptionalText = Field(None, description="User that the JWT is signed for.")
    salesforce_audience: str = Field(
        "https://login.salesforce.com",
        description="Audience of the JWT; https://test.salesforce.com for a sandbox.",
    )
    salesforce_fields: str = Field(
        "", description="Columns that are fields of your own: deals.competitor=Main_Rival__c, ..."
    )
    tryton_url: OptionalAddress = Field(
        None, description="Address of a Tryton server, such as https://erp.example.org."
    )
    tryton_database: OptionalText = Field(None, description="Name of the database on that server.")
    tryton_key: Token = Field(
        None, description="Key of a user application of Tryton's REST API; or login and password."
    )
    tryton_login: OptionalText = Field(None, description="Login of the user that reads Tryton.")
    tryton_password: Secret = Field(None, description="The password of that user.")
    most_deletions: float = Field(
        0.05, ge=0, le=1, description="Share of a CRM's records that may vanish from it at once."
    )

    @field_validator("hubspot_fields", "salesforce_fields")
    @classmethod
    def _readable_fields(cls, value: str) -> str:
        parse_own_fields(value)
        return value
