"""Addresses of persons under a key: two rows of one person meet, and nobody reads who it is."""

import hashlib
import hmac

# The name of the setting, for those who have nothing but the environment: dbt's plugin and Spark.
KEY_VARIABLE = "JALUR_PERSONAL_DATA_KEY"
# Python would take away other blanks, too; Spark's regular expressions know these only.
BLANKS = " \t\n\v\f\r"


def normalized(address: str) -> str:
    """An address as it is compared: without blanks around it, in lower case."""
    return address.strip(BLANKS).lower()


def keyed_hash(key: str, text: str) -> str:
    """HMAC-SHA-256 in 64 hexadecimal digits; without the key nobody can try addresses out."""
    return hmac.digest(key.encode(), text.encode(), hashlib.sha256).hex()


def address_hash(key: str, address: str | None) -> str | None:
    """The hash of an address; null where there is no key or no address, never an unkeyed one."""
    if not key or address is None or not normalized(address):
        return None
    return keyed_hash(key, normalized(address))


def key_mark(key: str) -> str:
    """Tells one key from another without telling the key: what was hashed with which."""
    return keyed_hash(key, "which key is this")[:16] if key else "none"
