"""Great Expectations at the raw door: is this batch what the source promised?"""

from ingestion.expectations.suites import check_names
from ingestion.expectations.validation import validate

__all__ = ["check_names", "validate"]
