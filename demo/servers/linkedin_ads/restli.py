"""Parameters as Rest.li 2.0 writes them: `(start:(year:2026,month:3,day:1))`, `List(a,b)`."""

from typing import Any
from urllib.parse import unquote


class BadParameter(ValueError):
    """A parameter that Rest.li cannot read."""


def parameters(query: str) -> dict[str, Any]:
    """The query of an address, still encoded; each value a text, a list or a dict.

    The characters of the structure must be there as they are, those within a value encoded.
    """
    found: dict[str, Any] = {}
    for part in filter(None, query.split("&")):
        name, _, text = part.partition("=")
        if not text.startswith(("(", "List(")):
            found[name] = unquote(text)
            continue
        found[name], rest = _value(text)
        if rest:
            raise BadParameter(name)
    return found


def _value(text: str) -> tuple[Any, str]:
    if text.startswith("List("):
        items, rest = [], text.removeprefix("List(")
        while not rest.startswith(")"):
            item, rest = _value(rest.removeprefix(","))
            items.append(item)
            if not rest:
                raise BadParameter("List")
        return items, rest[1:]
    if text.startswith("("):
        record, rest = {}, text[1:]
        while not rest.startswith(")"):
            name, colon, rest = rest.removeprefix(",").partition(":")
            if not colon:
                raise BadParameter("a record")
            record[name], rest = _value(rest)
            if not rest:
                raise BadParameter("a record")
        return record, rest[1:]
    end = min((at for at in (text.find(","), text.find(")")) if at >= 0), default=len(text))
    plain = text[:end]
    if ":" in plain:
        raise BadParameter("a colon that is not encoded")
    return unquote(plain), text[end:]
