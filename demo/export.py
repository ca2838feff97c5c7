"""Tables to CSV files in the shape of the `files` contract."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from demo.columns import NEVER, Columns
from demo.dirt import Dirt


def write_export(folder: Path, tables: dict[str, Columns], dirt: Dirt) -> dict[str, int]:
    """Write `<entity>.csv` for every table; return the rows of each, but for broken lines."""
    folder.mkdir(parents=True)
    for entity, columns in tables.items():
        table = pa.table({name: _as_text(name, values) for name, values in columns.items()})
        with (folder / f"{entity}.csv").open("wb") as file:
            file.write((",".join(table.column_names) + "\n").encode())
            # No text of this world needs quotes; the writer refuses one that would.
            options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
            pa_csv.write_csv(table, file, options)
            if entity in dirt.broken_lines:
                file.write((dirt.broken_lines[entity] + "\n").encode())
    return {entity: len(next(iter(columns.values()))) for entity, columns in tables.items()}


def _as_text(name: str, values: npt.NDArray[Any]) -> pa.Array:
    """Moments (`_at`, whole seconds) as ISO 8601 in UTC; everything else as it prints."""
    if name.endswith("_at"):
        moments = pa.array(values, pa.int64(), mask=values == NEVER).cast(pa.timestamp("s"))
        return pc.strftime(moments, format="%Y-%m-%dT%H:%M:%SZ")
    if values.dtype.kind == "U":
        values = values.astype(np.object_)
    return pa.array(values, from_pandas=True)
