"""Every setting, read here and nowhere else: from the environment or from `.env`."""

import os
import re
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from babel.numbers import is_currency
from croniter import croniter
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from jalur.addresses import is_encrypted_or_here
from jalur.as_of import parse_as_of
from jalur.business_time import parse_business_days, parse_business_hours
from jalur.demo_company import DEMO_HUBSPOT_FIELDS, DEMO_PLATFORMS, KEYS_OF_PLATFORMS
from jalur.errors import ConfigurationError
from jalur.own_fields import parse_own_fields
from jalur.paths import Home
from jalur.personal_data import KEY_VARIABLE, key_mark

SECRETS_DIR = "JALUR_SECRETS_DIR"
SHORTEST_KEY = 16
SOURCES = (
    "demo",
    "files",
    "ga4",
    "google_ads",
    "hubspot",
    "linkedin_ads",
    "mailchimp",
    "meta_ads",
    "pipedrive",
    "salesforce",
    "tryton",
)


class Settings(BaseSettings):
    """The settings of one installation; the field `timezone` is `JALUR_TIMEZONE`, and so on."""

    # An error must not repeat what was set: a secret may stand in it.
    model_config = SettingsConfigDict(
        env_prefix="JALUR_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(Path("data"), description="Folder that everything is written below.")
    landing_url: str | None = Field(
        None, description="Bucket and prefix of the landing zone, s3://bucket/prefix; in the home."
    )
    compact_target_mb: int = Field(
        128, ge=1, le=4096, description="Megabytes that compaction makes the landed files."
    )
    keep_versions_days: int | None = Field(
        None, ge=1, description="Days that superseded versions are kept; without it for ever."
    )
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        ("demo",), description="Sources to extract, separated by commas."
    )
    files_path: Path | None = Field(None, description="Folder of the `files` source.")
    files_mapping: Path | None = Field(None, description="Mapping (TOML) of the `files` source.")
    google_ads_customers: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Ids of the Google Ads accounts to read, separated by commas."
    )
    google_ads_manager: str | None = Field(
        None, description="Id of the manager account through which they are reached."
    )
    google_ads_client_id: str | None = Field(None, description="Id of an OAuth client of Google.")
    google_ads_client_secret: SecretStr | None = Field(None, description="Secret of that client.")
    google_ads_refresh_token: SecretStr | None = Field(
        None, description="Refresh token of the user who may read the accounts."
    )
    google_ads_service_account: SecretStr | None = Field(
        None, description="Key (JSON, a file or the text itself) of a service account instead."
    )
    google_ads_developer_token: SecretStr | None = Field(
        None, description="Developer token; Google asks for none any more."
    )
    google_ads_version: str = Field("v26", description="Version of Google Ads' API, in its paths.")
    google_ads_url: str = Field(
        "https://googleads.googleapis.com", description="Address of Google Ads' API."
    )
    google_ads_login_url: str = Field(
        "https://oauth2.googleapis.com/token", description="Where Google grants access tokens."
    )
    meta_ads_token: SecretStr | None = Field(
        None, description="Access token of a system user at Meta."
    )
    meta_ads_accounts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Ids of the ad accounts of Meta to read, separated by commas."
    )
    meta_ads_version: str = Field("v27.0", description="Version of Meta's API, in its paths.")
    meta_ads_url: str = Field("https://graph.facebook.com", description="Address of Meta's API.")
    hubspot_token: SecretStr | None = Field(
        None, description="Access token of a HubSpot private app."
    )
    hubspot_url: str = Field("https://api.hubapi.com", description="Address of HubSpot's API.")
    hubspot_version: str = Field("2026-09", description="Version of HubSpot's API, in its paths.")
    hubspot_fields: str = Field(
        "", description="Columns that are properties of your own: deals.competitor=main_rival, ..."
    )
    pipedrive_url: str | None = Field(
        None, description="Address of the company: https://yourcompany.pipedrive.com."
    )
    pipedrive_token: SecretStr | None = Field(None, description="API token of a Pipedrive user.")
    salesforce_url: str = Field(
        "https://login.salesforce.com", description="Address of the org: its My Domain."
    )
    salesforce_version: str = Field("66.0", description="Version of Salesforce's API.")
    salesforce_client_id: str | None = Field(
        None, description="Consumer key of an external client app."
    )
    salesforce_client_secret: SecretStr | None = Field(
        None, description="Consumer secret of the app, for the login with client credentials."
    )
    salesforce_private_key: SecretStr | None = Field(
        None, description="Key (PEM, a file or the text itself) for the login with a signed JWT."
    )
    salesforce_username: str | None = Field(None, description="User that the JWT is signed for.")
    salesforce_audience: str = Field(
        "https://login.salesforce.com",
        description="Audience of the JWT; https://test.salesforce.com for a sandbox.",
    )
    salesforce_fields: str = Field(
        "", description="Columns that are fields of your own: deals.competitor=Main_Rival__c, ..."
    )
    tryton_url: str | None = Field(
        None, description="Address of a Tryton server, such as https://erp.example.org."
    )
    tryton_database: str | None = Field(None, description="Name of the database on that server.")
    tryton_key: SecretStr | None = Field(
        None, description="Key of a user application of Tryton's REST API; or login and password."
    )
    tryton_login: str | None = Field(None, description="Login of the user that reads Tryton.")
    tryton_password: SecretStr | None = Field(None, description="The password of that user.")
    linkedin_ads_token: SecretStr | None = Field(
        None, description="Access token of LinkedIn's Marketing API; or a refresh token."
    )
    linkedin_ads_refresh_token: SecretStr | None = Field(
        None, description="Refresh token of LinkedIn, with the client that it was given to."
    )
    linkedin_ads_client_id: str | None = Field(None, description="Client of that refresh token.")
    linkedin_ads_client_secret: SecretStr | None = Field(None, description="And its secret.")
    linkedin_ads_accounts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Ids of LinkedIn ad accounts, separated by commas; empty: all."
    )
    linkedin_ads_version: str = Field(
        "202603", pattern=r"^[0-9]{6}$", description="Version of LinkedIn's Marketing API."
    )
    linkedin_ads_url: str = Field(
        "https://api.linkedin.com", description="Address of LinkedIn's API."
    )
    linkedin_ads_login_url: str = Field(
        "https://www.linkedin.com", description="Where LinkedIn grants access tokens."
    )
    ga4_properties: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Numbers of Google Analytics properties, separated by commas."
    )
    ga4_service_account: SecretStr | None = Field(
        None, description="Key of a Google service account (JSON, a file or the text itself)."
    )
    ga4_refresh_token: SecretStr | None = Field(
        None, description="Refresh token of a Google user, with the client it was given to."
    )
    ga4_client_id: str | None = Field(None, description="Client of that refresh token.")
    ga4_client_secret: SecretStr | None = Field(None, description="And its secret.")
    ga4_url: str = Field(
        "https://analyticsdata.googleapis.com", description="Address of Google's Data API."
    )
    ga4_login_url: str = Field(
        "https://oauth2.googleapis.com/token", description="Where Google grants access tokens."
    )
    mailchimp_key: SecretStr | None = Field(
        None, description="API key of Mailchimp; its end names the data centre."
    )
    mailchimp_token: SecretStr | None = Field(
        None, description="OAuth access token of Mailchimp, with JALUR_MAILCHIMP_SERVER."
    )
    mailchimp_server: str | None = Field(
        None, description="Data centre of the Mailchimp account, such as us14."
    )
    mailchimp_url: str | None = Field(
        None, description="Address of Mailchimp's API, for a proxy of yours."
    )
    personal_data_key: SecretStr | None = Field(
        None, description="Key under which addresses of persons are hashed; none: no hashes."
    )
    most_deletions: float = Field(
        0.05, ge=0, le=1, description="Share of a CRM's records that may vanish from it at once."
    )
    results_since: date | None = Field(
        None, description="First day of daily results of campaigns; three years before the first."
    )
    results_restated: int = Field(
        30,
        ge=1,
        le=400,
        description="Last days of such results that are read again each time.",
    )
    as_of: str | None = Field(None, description="Timestamp, or a date meaning its end; now.")
    history: Literal["effective", "landed"] = Field("effective", description="Form of as-of.")
    timezone: str = Field("UTC", description="Business time zone, an IANA name.")
    currency: str = Field("USD", description="Reporting currency, an ISO 4217 code.")
    fiscal_year_start: int = Field(
        1, ge=1, le=12, description="Month in which the fiscal year begins, 1 to 12."
    )
    business_days: str = Field("mon,tue,wed,thu,fri", description="Days on which people work.")
    business_hours: str = Field("09:00-17:00", description="Hours in which people work.")
    debounce_minutes: int = Field(
        0, ge=0, le=1440, description="Stays in a stage shorter than this are no stays; 0: all are."
    )
    conversion_window_days: int = Field(
        90, ge=7, le=730, description="Last days whose exits tell how a stage converts now."
    )
    memory_limit: str = Field(
        "4GB",
        pattern=r"^[1-9][0-9]*(\.[0-9]+)?[KMGT]B$",
        description="What DuckDB may hold in memory while it builds the marts, such as 4GB.",
    )
    alert_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Apprise URLs, separated by spaces or commas; empty: a file in the home."
    )
    refresh_schedule: str = Field(
        "0 5 * * *", description="When the daemon refreshes the warehouse (cron, business time)."
    )
    review_schedule: str = Field(
        "0 7-18 * * *", description="When the daemon looks whether a weekly review is due (cron)."
    )
    alert_routes: Path | None = Field(None, description="Routes of alerts (TOML).")

    @field_validator("sources", mode="before")
    @classmethod
    def _split_sources(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))

    @field_validator("google_ads_customers", "meta_ads_accounts", mode="before")
    @classmethod
    def _account_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(filter(None, map(_account_id, value.split(",")))))

    @field_validator("google_ads_manager", mode="before")
    @classmethod
    def _manager_id(cls, value: object) -> object:
        return (_account_id(value) or None) if isinstance(value, str) else value

    @field_validator("linkedin_ads_accounts", "ga4_properties", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(value.replace(",", " ").split()))

    @field_validator("linkedin_ads_accounts", "ga4_properties")
    @classmethod
    def _numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [each for each in value if not (each.isascii() and each.isdigit())]
        if wrong:
            raise ValueError(f"'{wrong[0][:50]}' is no number, such as 507404993")
        return value

    @field_validator("mailchimp_server")
    @classmethod
    def _data_centre(cls, value: str | None) -> str | None:
        # It becomes part of a host name that the key is sent to.
        if value is not None and not re.fullmatch(r"[a-z]{2}[0-9]{1,3}", value):
            raise ValueError("is no data centre of Mailchimp, such as us14")
        return value

    @field_validator("alert_urls", mode="before")
    @classmethod
    def _split_urls(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator(
        "files_path",
        "files_mapping",
        "landing_url",
        "keep_versions_days",
        "alert_routes",
        "results_since",
        "as_of",
        "personal_data_key",
        "google_ads_client_id",
        "google_ads_client_secret",
        "google_ads_refresh_token",
        "google_ads_service_account",
        "google_ads_developer_token",
        "meta_ads_token",
        "pipedrive_url",
        "pipedrive_token",
        "salesforce_client_id",
        "salesforce_client_secret",
        "salesforce_private_key",
        "salesforce_username",
        "linkedin_ads_token",
        "linkedin_ads_refresh_token",
        "linkedin_ads_client_id",
        "linkedin_ads_client_secret",
        "ga4_service_account",
        "ga4_refresh_token",
        "ga4_client_id",
        "ga4_client_secret",
        "mailchimp_key",
        "mailchimp_token",
        "mailchimp_server",
        "mailchimp_url",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator(
        "hubspot_token",
        "pipedrive_token",
        "tryton_key",
        "salesforce_client_secret",
        "google_ads_developer_token",
        "meta_ads_token",
        "linkedin_ads_token",
        "mailchimp_key",
        "mailchimp_token",
    )
    @classmethod
    def _plain_secret(cls, value: SecretStr | None) -> SecretStr | None:
        # Copied with a dash or a blank that only looks like one.
        if value is not None and not (value.get_secret_value().isascii()):
            raise ValueError("has a character that is not ASCII; copy it anew")
        return value

    @field_validator(
        "hubspot_url",
        "pipedrive_url",
        "tryton_url",
        "google_ads_url",
        "google_ads_login_url",
        "meta_ads_url",
        "linkedin_ads_url",
        "linkedin_ads_login_url",
        "ga4_url",
        "ga4_login_url",
        "mailchimp_url",
    )
    @classmethod
    def _encrypted(cls, value: str | None) -> str | None:
        if value is None or is_encrypted_or_here(value):
            return value
        raise ValueError("must begin with https://, or the token could be read on the way")

    @field_validator("landing_url")
    @classmethod
    def _bucket(cls, value: str | None) -> str | None:
        if value is None or re.fullmatch(r"s3://[^/@?#\s']+(/[^/@?#\s']+)*/?", value):
            return value and value.rstrip("/")
        raise ValueError(
            "must be s3://bucket/prefix and nothing else; credentials and the address of the"
            " service come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL"
        )

    @field_validator("sources")
    @classmethod
    def _known_sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in SOURCES]
        if unknown or not value:
            raise ValueError(
                f"unknown source {', '.join(unknown) or '(none)'}; use {', '.join(SOURCES)}"
            )
        platforms = DEMO_PLATFORMS if "demo" in value else ()
        return tuple(dict.fromkeys((*value, *platforms)))

    @field_validator("personal_data_key")
    @classmethod
    def _long_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(
                f"shorter than {SHORTEST_KEY} characters; make one with: openssl rand -hex 32"
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"'{value}' is no IANA time zone, such as Asia/Jakarta") from error
        return value

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        code = value.strip().upper()
        if not is_currency(code):
            raise ValueError(f"'{value}' is no ISO 4217 currency code, such as USD")
        return code

    @field_validator("refresh_schedule", "review_schedule")
    @classmethod
    def _readable_schedule(cls, value: str) -> str:
        if not croniter.is_valid(value):
            raise ValueError(f"'{value}' is no cron schedule, such as 0 5 * * *")
        return value

    @field_validator("hubspot_fields", "salesforce_fields")
    @classmethod
    def _readable_fields(cls, value: str) -> str:
        parse_own_fields(value)
        return value

    @field_validator("business_days")
    @classmethod
    def _known_days(cls, value: str) -> str:
        parse_business_days(value)
        return value

    @field_validator("business_hours")
    @classmethod
    def _readable_hours(cls, value: str) -> str:
        parse_business_hours(value)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Settings":
        if "files" in self.sources and self.files_path is None:
            raise ValueError("JALUR_FILES_PATH must name a folder while JALUR_SOURCES has 'files'")
        given = [f"JALUR_{name.upper()}" for name in KEYS_OF_PLATFORMS if getattr(self, name)]
        if "demo" in self.sources and given:
            raise ValueError(
                f"{given[0]} is set, and JALUR_SOURCES has 'demo' with platforms of its own:"
                " take it out to extract yours, and name another JALUR_HOME for them"
            )
        if "demo" in self.sources and not self.hubspot_fields:
            self.hubspot_fields = DEMO_HUBSPOT_FIELDS
        if self.as_of is not None:
            parse_as_of(self.as_of, self.timezone)
        return self

    @property
    def is_demo_alone(self) -> bool:
        """Whether everything is the demo company's, which lives until its last day."""
        return set(self.sources) == {"demo", *DEMO_PLATFORMS}

    @cached_property
    def paths(self) -> Home:
        return Home(self.home.expanduser().resolve(), self.landing_url)

    def resolve_as_of(self, default: datetime) -> datetime:
        """The as-of moment (aware, UTC) of a run that starts now; `default` where none is set."""
        return default if self.as_of is None else parse_as_of(self.as_of, self.timezone)

    def dbt_environment(self, run_id: str, as_of: datetime) -> dict[str, str]:
        """What the dbt project reads with `env_var`, fixed once per run."""
        return {
            "JALUR_HOME": str(self.paths.root),
            "JALUR_LANDING_URL": self.landing_url or "",
            "JALUR_SOURCES": ",".join(self.sources),
            "JALUR_HISTORY": self.history,
            "JALUR_TIMEZONE": self.timezone,
            "JALUR_CURRENCY": self.currency,
            "JALUR_FISCAL_YEAR_START": str(self.fiscal_year_start),
            "JALUR_BUSINESS_DAYS": ",".join(map(str, parse_business_days(self.business_days))),
            "JALUR_BUSINESS_HOURS": "-".join(map(str, parse_business_hours(self.business_hours))),
            "JALUR_DEBOUNCE_MINUTES": str(self.debounce_minutes),
            "JALUR_CONVERSION_WINDOW_DAYS": str(self.conversion_window_days),
            "JALUR_MEMORY_LIMIT": self.memory_limit,
            "JALUR_HUBSPOT_FIELDS": self.hubspot_fields,
            "JALUR_SALESFORCE_FIELDS": self.salesforce_fields,
            "JALUR_AS_OF": as_of.isoformat(sep=" ", timespec="microseconds"),
            "JALUR_RUN_ID": run_id,
        }

    @property
    def address_key(self) -> str:
        """The key of personal data, or an empty text where none is set."""
        return "" if self.personal_data_key is None else self.personal_data_key.get_secret_value()

    @property
    def address_key_mark(self) -> str:
        """Changes with the key and tells nothing of it: rows hashed with another are made anew."""
        return key_mark(self.address_key)

    def dbt_secrets(self) -> dict[str, str]:
        """What dbt's plugin and Spark look up in the environment, and no model with `env_var`."""
        return {KEY_VARIABLE: self.address_key}


def _account_id(text: str) -> str:
    """The number of an ad account, which people see as 123-456-7890 or act_1234567890."""
    number = text.strip().removeprefix("act_").replace("-", "")
    if number and not (number.isascii() and number.isdigit()):
        raise ValueError("an id of an account is no number, such as 123-456-7890")
    return number


def load_settings() -> Settings:
    """Read the settings; raise `ConfigurationError` that names every setting that is wrong."""
    try:
        return Settings(_secrets_dir=_secrets_folder())
    except ValidationError as error:
        problems = []
        for item in error.errors():
            name = f"JALUR_{str(item['loc'][0]).upper()}: " if item["loc"] else ""
            problems.append(name + item["msg"].removeprefix("Value error, "))
        raise ConfigurationError("; ".join(problems)) from error


def _secrets_folder() -> Path | None:
    """Where secrets are mounted as files, one per setting, such as `jalur_hubspot_token`."""
    # pydantic wants to know it before it reads the settings, so it can be none of them.
    text = os.environ.get(SECRETS_DIR) or dotenv_values(".env").get(SECRETS_DIR)
    if not text:
        return None
    folder = Path(text)
    if not folder.is_dir():
        raise ConfigurationError(f"{SECRETS_DIR}: {folder} is no folder")
    return folder
