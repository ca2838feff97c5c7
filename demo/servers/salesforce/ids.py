"""Record ids: three characters for the object, a number, and three that make letter case explicit.

The suffix has one character per five of the id; its five bits say which of them are capitals. So
two ids that differ in case alone differ even where case is ignored.
"""

from itertools import count

PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Opportunity": "006",
    "OpportunityHistory": "008",
    "OpportunityFieldHistory": "017",
    "LeadHistory": "017",
    "UserRole": "00E",
    "OpportunityLineItem": "00k",
    "Lead": "00Q",
    "Task": "00T",
    "Event": "00U",
    "CampaignMember": "00v",
    "RecordType": "012",
    "BusinessProcess": "019",
    "OpportunityStage": "01J",
    "Product2": "01t",
    "Campaign": "701",
    "Organization": "00D",
    "Job": "750",
    "Locator": "01g",
}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# Where this org's numbers are at home; any four characters would do.
_POD = "5g00"


def long_id(short: str) -> str:
    """The 18 characters of a 15-character id; longer ones come back as they are."""
    if len(short) != 15:
        return short
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << at for at in range(5) if short[start + at].isupper())
        suffix += _SUFFIX[bits]
    return short + suffix


class Ids:
    """Gives every object its ids, ascending in the order of creation."""

    def __init__(self) -> None:
        self._numbers: dict[str, count[int]] = {}

    def next(self, sobject: str) -> str:
        """A new 18-character id of the object."""
        number = next(self._numbers.setdefault(PREFIXES[sobject], count(1)))
        text = ""
        for _ in range(8):
            number, digit = divmod(number, 62)
            text = _DIGITS[digit] + text
        return long_id(PREFIXES[sobject] + _POD + text)
