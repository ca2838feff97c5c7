"""Every setting: those of the sources are beside this file, all others here."""

import re
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from babel.numbers import is_currency
from croniter import croniter
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from jalur.as_of import parse_as_of
from jalur.business_time import parse_business_days, parse_business_hours
from jalur.demo_company import DEMO_HUBSPOT_FIELDS, DEMO_PLATFORMS, KEYS_OF_PLATFORMS
from jalur.paths import Home
from jalur.personal_data import KEY_VARIABLE, key_mark
from jalur.settings.crms import CrmSettings
from jalur.settings.kinds import OptionalCount, OptionalPath, OptionalText, Secret
from jalur.settings.marketing import MarketingSettings

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


class Settings(CrmSettings, MarketingSettings, BaseSettings):
    """The settings of one installation; the field `timezone` is `JALUR_TIMEZONE`, and so on."""

    # An error must not repeat what was set: a secret may stand in it.
    model_config = SettingsConfigDict(
        env_prefix="JALUR_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(Path("data"), description="Folder that everything is written below.")
    landing_url: OptionalText = Field(
        None, description="Bucket and prefix of the landing zone, s3://bucket/prefix; in the home."
    )
    compact_target_mb: int = Field(
        128, ge=1, le=4096, description="Megabytes that compaction makes the landed files."
    )
    keep_versions_days: OptionalCount = Field(
        None, ge=1, description="Days that superseded versions are kept; without it for ever."
    )
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        ("demo",), description="Sources to extract, separated by commas."
    )
    files_path: OptionalPath = Field(None, description="Folder of the `files` source.")
    files_mapping: OptionalPath = Field(None, description="Mapping (TOML) of the `files` source.")
    personal_data_key: Secret = Field(
        None, description="Key under which addresses of persons are hashed; none: no hashes."
    )
    as_of: OptionalText = Field(None, description="Timestamp, or a date meaning its end; now.")
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
    alert_routes: OptionalPath = Field(None, description="Routes of alerts (TOML).")

    @field_validator("sources", mode="before")
    @classmethod
    def _split_sources(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))

    @field_validator("alert_urls", mode="before")
    @classmethod
    def _split_urls(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

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
