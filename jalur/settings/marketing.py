"""Settings of the platforms of marketing: which accounts are read, by whom, and since when."""

import re

from pydantic import BaseModel, Field, field_validator

from jalur.settings.kinds import (
    AccountId,
    AccountIds,
    Address,
    Numbers,
    OptionalAddress,
    OptionalDate,
    OptionalText,
    Secret,
    Token,
)


class MarketingSettings(BaseModel):
    """Google Ads, Meta Ads, LinkedIn Ads, Google Analytics, Mailchimp."""

    google_ads_customers: AccountIds = Field(
        (), description="Ids of the Google Ads accounts to read, separated by commas."
    )
    google_ads_manager: AccountId = Field(
        None, description="Id of the manager account through which they are reached."
    )
    google_ads_client_id: OptionalText = Field(None, description="Id of an OAuth client of Google.")
    google_ads_client_secret: Secret = Field(None, description="Secret of that client.")
    google_ads_refresh_token: Secret = Field(
        None, description="Refresh token of the user who may read the accounts."
    )
    google_ads_service_account: Secret = Field(
        None, description="Key (JSON, a file or the text itself) of a service account instead."
    )
    google_ads_developer_token: Token = Field(
        None, description="Developer token; Google asks for none any more."
    )
    google_ads_version: str = Field("v26", description="Version of Google Ads' API, in its paths.")
    google_ads_url: Address = Field(
        "https://googleads.googleapis.com", description="Address of Google Ads' API."
    )
    google_ads_login_url: Address = Field(
        "https://oauth2.googleapis.com/token", description="Where Google grants access tokens."
    )
    meta_ads_token: Token = Field(None, description="Access token of a system user at Meta.")
    meta_ads_accounts: AccountIds = Field(
        (), description="Ids of the ad accounts of Meta to read, separated by commas."
    )
    meta_ads_version: str = Field("v27.0", description="Version of Meta's API, in its paths.")
    meta_ads_url: Address = Field(
        "https://graph.facebook.com", description="Address of Meta's API."
    )
    linkedin_ads_token: Token = Field(
        None, description="Access token of LinkedIn's Marketing API; or a refresh token."
    )
    linkedin_ads_refresh_token: Secret = Field(
        None, description="Refresh token of LinkedIn, with the client that it was given to."
    )
    linkedin_ads_client_id: OptionalText = Field(None, description="Client of that refresh token.")
    linkedin_ads_client_secret: Secret = Field(None, description="And its secret.")
    linkedin_ads_accounts: Numbers = Field(
        (), description="Ids of LinkedIn ad accounts, separated by commas; empty: all."
    )
    linkedin_ads_version: str = Field(
        "202603", pattern=r"^[0-9]{6}$", description="Version of LinkedIn's Marketing API."
    )
    linkedin_ads_url: Address = Field(
        "https://api.linkedin.com", description="Address of LinkedIn's API."
    )
    linkedin_ads_login_url: Address = Field(
        "https://www.linkedin.com", description="Where LinkedIn grants access tokens."
    )
    ga4_properties: Numbers = Field(
        (), description="Numbers of Google Analytics properties, separated by commas."
    )
    ga4_service_account: Secret = Field(
        None, description="Key of a Google service account (JSON, a file or the text itself)."
    )
    ga4_refresh_token: Secret = Field(
        None, description="Refresh token of a Google user, with the client it was given to."
    )
    ga4_client_id: OptionalText = Field(None, description="Client of that refresh token.")
    ga4_client_secret: Secret = Field(None, description="And its secret.")
    ga4_url: Address = Field(
        "https://analyticsdata.googleapis.com", description="Address of Google's Data API."
    )
    ga4_login_url: Address = Field(
        "https://oauth2.googleapis.com/token", description="Where Google grants access tokens."
    )
    mailchimp_key: Token = Field(
        None, description="API key of Mailchimp; its end names the data centre."
    )
    mailchimp_token: Token = Field(
        None, description="OAuth access token of Mailchimp, with JALUR_MAILCHIMP_SERVER."
    )
    mailchimp_server: OptionalText = Field(
        None, description="Data centre of the Mailchimp account, such as us14."
    )
    mailchimp_url: OptionalAddress = Field(
        None, description="Address of Mailchimp's API, for a proxy of yours."
    )
    results_since: OptionalDate = Field(
        None, description="First day of daily results of campaigns; three years before the first."
    )
    results_restated: int = Field(
        30,
        ge=1,
        le=400,
        description="Last days of such results that are read again each time.",
    )

    @field_validator("mailchimp_server")
    @classmethod
    def _data_centre(cls, value: str | None) -> str | None:
        # It becomes part of a host name that the key is sent to.
        if value is not None and not re.fullmatch(r"[a-z]{2}[0-9]{1,3}", value):
            raise ValueError("is no data centre of Mailchimp, such as us14")
        return value
