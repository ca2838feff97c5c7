"""Columns of a table as NumPy arrays, and the few operations on them that the world needs.

Moments are whole seconds since 1970 in UTC; `NEVER` stands for none and is NumPy's own NaT.
"""

import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Columns = dict[str, npt.NDArray[Any]]

NEVER = np.iinfo(np.int64).min
HOUR = 3600
DAY = 24 * HOUR


def stream(seed: int, name: str) -> np.random.Generator:
    """A random stream of its own per topic, so that a change of one leaves the others alone."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def moment(day: date) -> int:
    """The first second of a day."""
    return int(np.datetime64(day, "s").astype(np.int64))


def texts(values: Sequence[str | None]) -> Texts:
    """Texts as an object array, the only one that holds none as well."""
    array = np.empty(len(values), dtype=np.object_)
    array[:] = values
    return array


def identifiers(pattern: str, count: int) -> Texts:
    """`count` ids from 1 on, such as `D-00001` for the pattern `D-%05d`."""
    return texts([pattern % number for number in range(1, count + 1)])


def take(columns: Columns, rows: npt.NDArray[Any]) -> Columns:
    """The rows of a table by position or mask."""
    return {name: values[rows] for name, values in columns.items()}


def stack(tables: Sequence[Columns]) -> Columns:
    """Tables of the same columns, one below the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def length(columns: Columns) -> int:
    """How many rows a table has."""
    return len(next(iter(columns.values())))


def where_not(condition: Bools, values: npt.NDArray[Any]) -> Texts:
    """The values, with none where the condition holds."""
    array = values.astype(np.object_)
    array[condition] = None
    return array


def choose(rng: np.random.Generator, weights: Sequence[float], count: int) -> Ints:
    """Positions drawn by weight."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    position = np.searchsorted(bounds, rng.random(count) * bounds[-1], side="right")
    return np.asarray(position, dtype=np.int64)


def choose_allowed(rng: np.random.Generator, allowed: Bools) -> Ints:
    """For every row of a mask one allowed position; -1 where no position is."""
    position = np.argmax(np.where(allowed, rng.random(allowed.shape), -1.0), axis=1)
    return np.asarray(np.where(allowed.any(axis=1), position, -1), dtype=np.int64)


def repeat_rows(counts: Ints) -> Ints:
    """Row numbers, each as often as its count says."""
    return np.repeat(np.arange(len(counts)), counts)
