"""A still copy of an input file: what is hashed is what is read, even if it grows meanwhile."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from jalur.errors import ConfigurationError

CHUNK = 1 << 20


@dataclass(frozen=True)
class Snapshot:
    """A copy, the name its file has for people, and the hash of its content."""

    path: Path
    name: str
    content_hash: str


def take_snapshot(path: Path, name: str, target: Path, encoding: str | None) -> Snapshot:
    """Copy `path` to `target`; with an encoding, check every byte of it on the way.

    Half a character at the end belongs to a write in progress and is left to the next run.
    Raises `ConfigurationError` naming file and line where a byte is not of the encoding.
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
    lines = 1
    try:
        with path.open("rb") as source, target.open("wb") as copy:
            while chunk := source.read(CHUNK):
                if decoder is not None:
                    decoder.decode(chunk)
                    lines += chunk.count(b"\n")
                digest.update(chunk)
                copy.write(chunk)
            if decoder is not None and (pending := decoder.getstate()[0]):
                copy.truncate(copy.tell() - len(pending))
    except UnicodeDecodeError as error:
        line = lines + error.object[: error.start].count(b"\n")
        byte = error.object[error.start]
        raise ConfigurationError(
            f"{name}: line {line}: byte 0x{byte:02x} is not {encoding}; save the file as UTF-8, "
            "or set its encoding (such as cp1252) in the mapping"
        ) from error
    except OSError as error:
        raise ConfigurationError(f"{name}: cannot be read: {error.strerror or error}") from error
    return Snapshot(target, name, digest.hexdigest())


def detect_encoding(path: Path) -> str:
    """utf-8 where every byte is of it, else cp1252; raises `ConfigurationError` if unreadable."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as source:
            while chunk := source.read(CHUNK):
                decoder.decode(chunk)
    except UnicodeDecodeError:
        return "cp1252"
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror or error}") from error
    return "utf-8"
