"""From sources to the landing zone."""

import os

# dlt reads these where it is first used, whichever module that is: nothing may leave the machine,
# nothing be printed, and what is landed needs no copy in dlt's working folder.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "CRITICAL")
os.environ.setdefault("LOAD__DELETE_COMPLETED_JOBS", "true")
