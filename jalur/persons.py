"""Names of persons, and texts without them."""

import re
from collections.abc import Iterable

NOBODY = "one rep"


def without_persons(text: str, persons: Iterable[str]) -> str:
    """The text with "one rep" in the place of every name, where it stands as a whole word."""
    # The longest first: one name may be the beginning of another.
    for person in sorted(persons, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(person)}(?!\w)", NOBODY, text)
    return text
