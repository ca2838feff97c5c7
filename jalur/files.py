"""Replace a file as a whole: who reads it sees the old one or the new one, also after a crash.

An object of a bucket is replaced by one upload, and appears as a whole anyway.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from upath import UPath

# A file or a folder on disk, or an object or a prefix of a bucket; both are used alike.
Place: TypeAlias = Union[Path, "UPath"]
# Of a process that died in between: nobody reads it, and the next one may remove it.
ASIDE = ".replacing"


def replace_file(path: Place, write: Callable[[Path], None]) -> None:
    """Let `write` make the new file aside, bring it to the disk, and put it there by one rename."""
    if not isinstance(path, Path):
        _upload(path, write)
        return
    aside = path.with_name(_aside(path))
    aside.unlink(missing_ok=True)
    write(aside)
    flush(aside)
    aside.replace(path)
    flush(path.parent)


def beside(path: Place) -> Place:
    """Where a file is made before it takes its place; no reader looks there."""
    return path.with_name(_aside(path))


def _aside(path: Place) -> str:
    return f".{path.name}{ASIDE}"


def move(path: Place, target: Place) -> None:
    """Give a file that is whole its place; doing it once more changes nothing."""
    if isinstance(path, Path) and isinstance(target, Path):
        path.replace(target)
        flush(target.parent)
    elif not isinstance(path, Path):
        # Copied within the bucket, then removed: it is never without a name.
        path.fs.copy(str(path), str(target))
        path.fs.rm_file(str(path))


def _upload(target: "UPath", write: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / target.name
        write(file)
        target.fs.put_file(str(file), str(target))


def flush(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_leftovers(folder: Place) -> None:
    """Remove what processes that died left aside."""
    for path in folder.rglob(f".*{ASIDE}*"):
        path.unlink(missing_ok=True)


def parquet_files(folder: Place) -> Sequence[Place]:
    """The Parquet files of a folder, in the order of their names."""
    if isinstance(folder, Path):
        return sorted(folder.glob("*.parquet"))
    try:
        # One request, where a pattern takes four.
        names = folder.fs.ls(folder.path, detail=False)
    except FileNotFoundError:
        return []
    return [folder / name.rpartition("/")[2] for name in sorted(names) if _is_parquet(name)]


def _is_parquet(name: str) -> bool:
    return name.endswith(".parquet")


def sizes_below(folder: Place) -> dict[str, int]:
    """The bytes of every Parquet file below a folder, by its path from there."""
    if isinstance(folder, Path):
        found = folder.rglob("*.parquet")
        return {str(path.relative_to(folder)): path.stat().st_size for path in found}
    # One listing tells all sizes; asking for each file would be a request for each.
    prefix = folder.path.rstrip("/") + "/"
    listed = folder.fs.find(folder.path, detail=True).items()
    return {
        name.removeprefix(prefix): int(facts["size"]) for name, facts in listed if _is_parquet(name)
    }
