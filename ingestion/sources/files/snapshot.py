"""A still copy of an input file: what is hashed is what is read, even if it grows meanwhile."""

import codecs
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from jalur.errors import ConfigurationError

CHUNK = 1 << 20
STILL_WRITING_SECONDS = 60.0


@dataclass(frozen=True)
class Snapshot:
    """A copy, the name its file has for people, and the hash of its content."""

    path: Path
    name: str
    content_hash: str


def take_snapshot(path: Path, name: str, target: Path, encoding: str | None) -> Snapshot:
    """Copy `path` to `target`; with an encoding, check every byte of it on the way.

    Where somebody writes to the file meanwhile, the line that has no end yet is left to the next
    run. Raises `ConfigurationError` naming file and line where a byte is not of the encoding.
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
    lines = 1
    try:
        with path.open("rb") as source, target.open("wb") as copy:
            before = os.fstat(source.fileno())
            # No further than it is now: somebody may write faster than we read.
            remaining = before.st_size
            while chunk := source.read(min(CHUNK, remaining)):
                remaining -= len(chunk)
                if decoder is not None:
                    decoder.decode(chunk)
                    lines += chunk.count(b"\n")
                digest.update(chunk)
                copy.write(chunk)
            after = os.fstat(source.fileno())
        if encoding and decoder is not None:
            if _is_being_written(before, after, half=bool(decoder.getstate()[0])):
                return Snapshot(target, name, _cut_last_line(target, encoding))
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line = lines + error.object[: error.start].count(b"\n")
        byte = error.object[error.start]
        raise ConfigurationError(
            f"{name}: line {line}: byte 0x{byte:02x} is not {encoding}; save the file as UTF-8, "
            "or set its encoding (such as cp1252) in the mapping"
        ) from error
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"{name}: cannot be read: {reason}") from error
    return Snapshot(target, name, digest.hexdigest())


def _is_being_written(before: os.stat_result, after: os.stat_result, *, half: bool) -> bool:
    """Whether the file changed while it was read, or ends in half a character just written."""
    has_changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    return has_changed or (half and time.time() - after.st_mtime < STILL_WRITING_SECONDS)


def _cut_last_line(copy: Path, encoding: str) -> str:
    """Cut what follows the last line end; returns the hash of the rest.

    The hash is of what is read, so that the same file counts as changed once it is complete.
    """
    one, two = "\n".encode(encoding), "\n\n".encode(encoding)
    line_end = two[len(one) :]
    content = copy.read_bytes()
    end = content.rfind(line_end)
    while end > 0 and end % len(line_end):
        end = content.rfind(line_end, 0, end + len(line_end) - 1)
    rest = content[: end + len(line_end)] if end >= 0 else b""
    copy.write_bytes(rest)
    return hashlib.sha256(rest).hexdigest()


def detect_encoding(path: Path) -> str:
    """utf-16 where its mark stands first, utf-8 where every byte is of it, else cp1252.

    Raises `ConfigurationError` where the file cannot be read.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as source:
            if source.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                return "utf-16"
            source.seek(0)
            while chunk := source.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror or error}") from error
    return "utf-8"
