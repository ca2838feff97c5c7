"""SOQL cut into tokens, and the way an unexpected one is shown."""

import re
from dataclasses import dataclass

from demo.servers.salesforce.errors import ApiError, malformed

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)(?![\dT])
    | (?P<number>[+-]?\d+(?:\.\d+)?)(?![\w-])
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<symbol><=|>=|!=|<>|[=<>(),:])
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Token:
    """A piece of a query: what kind it is, its text, where it begins."""

    kind: str
    text: str
    at: int


def tokens_of(text: str) -> list[Token]:
    """All tokens, closed by one of the kind `end`; MALFORMED_QUERY at what can be none."""
    tokens: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise unexpected(text, Token("?", text[at:].split(maxsplit=1)[0], at))
        kind = str(match.lastgroup)
        tokens.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return [*tokens, Token("end", "<EOF>", end)]


def unexpected(text: str, token: Token) -> ApiError:
    """The error that points at a token with a caret."""
    return malformed(
        f"\n{text}\n{' ' * token.at}^\nERROR at Row:1:Column:{token.at + 1}\n"
        f"unexpected token: '{token.text}'"
    )


def unescape(text: str) -> str:
    """The text that a literal between quotes means."""

    # `\_` and `\%` stay: only LIKE knows what they mean.
    def plain(match: re.Match[str]) -> str:
        return match[0] if match[1] in "_%" else _ESCAPES.get(match[1], match[1])

    return re.sub(r"\\(.)", plain, text, flags=re.DOTALL)
