"""The mapping: how another tool's export becomes the `files` contract, without code.

A TOML file with one table per entity; README.md beside this module shows every key.
"""

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingestion.contract import ENTITIES
from jalur.errors import ConfigurationError

DEFAULT_NAMES = ("jalur.toml", "mapping.toml")


def _known_timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"'{value}' is no IANA time zone, such as Asia/Jakarta")
    return value


def _known_encoding(value: str) -> str:
    try:
        "".encode(value)
    except LookupError as error:
        raise ValueError(f"'{value}' is no encoding, such as utf-8 or cp1252") from error
    return value


def _usable_delimiter(value: str) -> str:
    if value in '\r\n" ':
        raise ValueError("a line end, a quote or a blank cannot part fields")
    return value


Finite = Annotated[float, Field(allow_inf_nan=False)]
Value = str | bool | int | Finite


class EntityMapping(BaseModel):
    """How one entity is read; every key is optional."""

    model_config = ConfigDict(extra="forbid")

    file: str | None = Field(None, description="File, or folder of parts, below the input folder.")
    delimiter: Annotated[
        str, Field(min_length=1, max_length=1), AfterValidator(_usable_delimiter)
    ] = ","
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8"
    timezone: Annotated[str, AfterValidator(_known_timezone)] | None = None
    mode: Literal["update", "snapshot"] = "update"
    one_row_per: str | None = Field(None, description="Their column; one row per value of it.")
    latest_by: str | None = Field(None, description="Their column that says which row is newest.")
    columns: dict[str, str] = Field({}, description="Our column = their column.")
    constants: dict[str, Value] = {}
    values: dict[str, dict[str, str]] = Field({}, description="Our column: their value = ours.")
    factor: dict[str, Finite] = Field({}, description="Our column = number to multiply with.")
    rows: list[dict[str, Value]] = []
    from_columns: dict[str, str] = Field({}, description="Stage id = their column with a date.")

    @model_validator(mode="after")
    def _one_way_only(self) -> "EntityMapping":
        if self.rows and (self.file or self.from_columns):
            raise ValueError("has rows of its own and a file; keep one of them")
        if self.from_columns and (self.file or self.columns or self.constants or self.one_row_per):
            raise ValueError(
                "from_columns reads the deals' file as [deals] maps it; keep one of them"
            )
        if self.latest_by and not self.one_row_per:
            raise ValueError("latest_by needs one_row_per")
        return self


class Mapping(BaseModel):
    """All entities of a mapping file; entities it does not name are read as the contract says."""

    entities: dict[str, EntityMapping] = {}
    path: Path | None = None

    def of(self, entity: str) -> EntityMapping:
        return self.entities.setdefault(entity, EntityMapping.model_validate({}))


def load_mapping(folder: Path, path: Path | None) -> Mapping:
    """Read the mapping at `path`, or the one that lies in the folder, or none.

    Raises `ConfigurationError` naming the file and the key that is wrong.
    """
    if path is None:
        found = [folder / name for name in DEFAULT_NAMES if (folder / name).is_file()]
        if not found:
            return Mapping()
        path = found[0]
    try:
        with path.open("rb") as handle:
            tables = tomllib.load(handle)
    except OSError as error:
        raise ConfigurationError(
            f"JALUR_FILES_MAPPING: cannot read {path}: {error.strerror}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"mapping {path}: not valid TOML: {error}") from error
    entities = {name: _entity_mapping(path, name, table) for name, table in tables.items()}
    return Mapping(entities=entities, path=path)


def _entity_mapping(path: Path, name: str, table: Any) -> EntityMapping:
    if name not in ENTITIES:
        raise ConfigurationError(
            f"mapping {path}: unknown key [{name}]; {_suggest(name, list(ENTITIES))}"
        )
    if not isinstance(table, dict):
        raise ConfigurationError(f"mapping {path}: {name} must be a table: [{name}]")
    try:
        mapping = EntityMapping.model_validate(table)
    except ValidationError as error:
        raise ConfigurationError(f"mapping {path}: {_explain(name, error)}") from error
    _check_columns(path, name, mapping)
    return mapping


def _explain(entity: str, error: ValidationError) -> str:
    problems = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        where = f"[{entity}] {key}" if key else f"[{entity}]"
        if item["type"] == "extra_forbidden":
            known = list(EntityMapping.model_fields)
            problems.append(f"unknown key {where}; {_suggest(str(item['loc'][-1]), known)}")
        else:
            problems.append(f"{where}: {item['msg'].removeprefix('Value error, ')}")
    return "; ".join(problems)


def _check_columns(path: Path, entity: str, mapping: EntityMapping) -> None:
    known = list(ENTITIES[entity].column_names)
    named: dict[str, Iterable[str]] = {
        "columns": mapping.columns,
        "constants": mapping.constants,
        "values": mapping.values,
        "factor": mapping.factor,
    }
    for table, columns in named.items():
        for column in columns:
            if column not in known:
                raise ConfigurationError(
                    f"mapping {path}: unknown key [{entity}.{table}] {column}; "
                    f"{_suggest(column, known)}"
                )
    if mapping.from_columns and entity != "deal_stage_history":
        raise ConfigurationError(
            f"mapping {path}: [{entity}.from_columns] is known for deal_stage_history only"
        )


def _suggest(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
