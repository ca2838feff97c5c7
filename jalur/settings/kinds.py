"""Kinds of values that settings have, each with what is refused of it."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from jalur.addresses import is_encrypted_or_here


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _plain(value: SecretStr | None) -> SecretStr | None:
    # Copied with a dash or a blank that only looks like one.
    if value is not None and not value.get_secret_value().isascii():
        raise ValueError("has a character that is not ASCII; copy it anew")
    return value


def _encrypted(value: str | None) -> str | None:
    if value is None or is_encrypted_or_here(value):
        return value
    raise ValueError("must begin with https://, or the token could be read on the way")


def _account_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(filter(None, map(account_id, value.split(",")))))


def _numbers(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(value.replace(",", " ").split()))


def _only_numbers(value: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [each for each in value if not (each.isascii() and each.isdigit())]
    if wrong:
        raise ValueError(f"'{wrong[0][:50]}' is no number, such as 507404993")
    return value


def account_id(text: str) -> str:
    """The number of an ad account, which people see as 123-456-7890 or act_1234567890."""
    number = text.strip().removeprefix("act_").replace("-", "")
    if number and not (number.isascii() and number.isdigit()):
        raise ValueError("an id of an account is no number, such as 123-456-7890")
    return number


_Empty = BeforeValidator(_none_if_empty)
OptionalText = Annotated[str | None, _Empty]
OptionalPath = Annotated[Path | None, _Empty]
OptionalDate = Annotated[date | None, _Empty]
OptionalCount = Annotated[int | None, _Empty]
# A password or key that may be any text; a token, which is sent in a header.
Secret = Annotated[SecretStr | None, _Empty]
Token = Annotated[SecretStr | None, _Empty, AfterValidator(_plain)]
# Where secrets are sent to.
Address = Annotated[str, AfterValidator(_encrypted)]
OptionalAddress = Annotated[str | None, _Empty, AfterValidator(_encrypted)]
AccountId = Annotated[
    str | None,
    BeforeValidator(lambda value: account_id(value) or None if isinstance(value, str) else value),
]
AccountIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_account_ids)]
Numbers = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_numbers), AfterValidator(_only_numbers)
]
