"""Which files of a folder belong to which entity."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ingestion.contract import ENTITIES
from ingestion.sources.files.mapping import DEFAULT_NAMES, Mapping
from jalur.errors import ConfigurationError

FORMATS = ("csv", "jsonl", "parquet")


@dataclass(frozen=True)
class EntityFiles:
    """The files of one entity, in the order of their names; all of one format."""

    entity: str
    paths: tuple[Path, ...]
    format: str


def find_files(folder: Path, mapping: Mapping) -> dict[str, EntityFiles]:
    """The files per entity; an entity without files is not in the answer.

    Raises `ConfigurationError` for a missing folder or file and for two formats of one entity.
    """
    if not folder.is_dir():
        raise ConfigurationError(
            f"JALUR_FILES_PATH: {folder} is no folder; name the folder with your exports"
        )
    found = {}
    for entity in ENTITIES:
        named = mapping.of(entity).file
        paths = _named(folder, entity, named) if named else _by_contract(folder, entity)
        if not paths:
            continue
        _refuse_second_home(folder, entity, paths, mapping)
        formats = {path.suffix[1:].lower() for path in paths}
        if len(formats) > 1:
            names = ", ".join(sorted(path.name for path in paths))
            raise ConfigurationError(
                f"{entity}: found in {len(formats)} formats ({names}); keep one of them"
            )
        found[entity] = EntityFiles(entity, tuple(sorted(paths)), formats.pop())
    return found


def _refuse_second_home(folder: Path, entity: str, paths: list[Path], mapping: Mapping) -> None:
    how = mapping.of(entity)
    if how.rows or how.from_columns:
        key = "rows" if how.rows else "from_columns"
        raise ConfigurationError(
            f"{entity}: both {paths[0].name} in {folder} and [{entity}] {key} in the mapping; "
            "keep one of them"
        )


def _named(folder: Path, entity: str, name: str) -> list[Path]:
    path = folder / name
    if path.is_dir():
        return _parts(path)
    if not path.is_file():
        there = [item.name for item in folder.iterdir()]
        close = get_close_matches(name, there, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ConfigurationError(f"mapping [{entity}] file: {name} is not in {folder}{hint}")
    if path.suffix[1:].lower() not in FORMATS:
        raise ConfigurationError(
            f"mapping [{entity}] file: {name} is none of {', '.join(FORMATS)}; export it as CSV"
        )
    return [path]


def _by_contract(folder: Path, entity: str) -> list[Path]:
    paths = [folder / f"{entity}.{suffix}" for suffix in FORMATS]
    paths = [path for path in paths if path.is_file()]
    parts = folder / entity
    if parts.is_dir():
        paths += _parts(parts)
    return paths


def _parts(folder: Path) -> list[Path]:
    return [
        path for path in folder.iterdir() if path.is_file() and path.suffix[1:].lower() in FORMATS
    ]


def unknown_files(folder: Path, known: dict[str, EntityFiles]) -> list[tuple[str, str]]:
    """Files that nothing reads, each with the entity name it resembles (or an empty text)."""
    read = {path for files in known.values() for path in files.paths}
    unknown = []
    for path in sorted(folder.iterdir()):
        is_data = path.suffix[1:].lower() in FORMATS and path not in read
        is_parts = path.is_dir() and bool(_parts(path)) and not read & set(_parts(path))
        if (is_data or is_parts) and path.name not in DEFAULT_NAMES:
            close = get_close_matches(path.stem.lower(), list(ENTITIES), n=1, cutoff=0.75)
            unknown.append((path.name, close[0] if close else ""))
    return unknown
