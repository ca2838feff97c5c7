"""Read SOQL: the part that reads one object and its parents.

Known: fields, parents by dots, COUNT() and COUNT(field), WHERE with all comparisons, IN, LIKE, NOT,
AND, OR, ORDER BY, LIMIT, OFFSET. Not known, and refused as malformed: GROUP BY, subqueries, TYPEOF,
FIELDS(). Mixing AND with OR needs parentheses, as it does in Salesforce.
"""

from demo.servers.salesforce.errors import ApiError
from demo.servers.salesforce.soql_tokens import Token, tokens_of, unescape, unexpected
from demo.servers.salesforce.soql_tree import Condition, Literal, Logical, Order, Path, Query

COMPARISONS = ("=", "!=", "<>", "<", "<=", ">", ">=")


def parse(text: str) -> Query:
    """The tree of a query; an ApiError MALFORMED_QUERY that says where it goes wrong."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.next = 0

    def error(self, token: Token) -> ApiError:
        return unexpected(self.text, token)

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self, *texts: str) -> str | None:
        """The next token in lower case if it is one of these, which are consumed together."""
        found = self.token.text.lower()
        if self.token.kind not in ("name", "symbol") or found not in texts:
            return None
        self.next += 1
        return found

    def need(self, text: str) -> None:
        if self.take(text) is None:
            raise self.error(self.token)

    def word(self) -> str:
        token = self.token
        if token.kind != "name":
            raise self.error(token)
        self.next += 1
        return token.text

    def path(self) -> Path:
        return tuple(self.word().split("."))

    def query(self) -> Query:
        query = Query()
        self.need("select")
        self.select(query)
        self.need("from")
        query.sobject = self.word()
        if self.take("where"):
            query.where = self.expression()
        if self.take("order"):
            self.need("by")
            query.order = [self.ordering()]
            while self.take(","):
                query.order.append(self.ordering())
        if self.take("limit"):
            query.limit = self.whole()
        if self.take("offset"):
            query.offset = self.whole()
        if self.token.kind != "end":
            raise self.error(self.token)
        return query

    def select(self, query: Query) -> None:
        if self.token.text.lower() == "count" and self.tokens[self.next + 1].text == "(":
            self.next += 2
            query.count = "" if self.token.text == ")" else self.word()
            self.need(")")
            return
        query.paths.append(self.path())
        while self.take(","):
            query.paths.append(self.path())

    def expression(self) -> Condition | Logical:
        parts = [self.factor()]
        operator = self.take("and", "or")
        while operator:
            parts.append(self.factor())
            before, at = operator, self.token
            operator = self.take("and", "or")
            if operator not in (None, before):
                raise self.error(at)
        return parts[0] if len(parts) == 1 else Logical(before, tuple(parts))

    def factor(self) -> Condition | Logical:
        if self.take("not"):
            return Logical("not", (self.factor(),))
        if self.take("("):
            inner = self.expression()
            self.need(")")
            return inner
        return self.condition()

    def condition(self) -> Condition:
        path, at = self.path(), self.token
        if self.take("not"):
            self.need("in")
            return Condition(path, "not in", self.values())
        operator = self.take("in", "like", *COMPARISONS)
        if operator is None:
            raise self.error(at)
        if operator == "in":
            return Condition(path, "in", self.values())
        literal_at = self.token
        literal = self.literal()
        if operator == "like" and literal.kind != "string":
            raise self.error(literal_at)
        return Condition(path, "!=" if operator == "<>" else operator, (literal,))

    def values(self) -> tuple[Literal, ...]:
        self.need("(")
        found = [self.literal()]
        while self.take(","):
            found.append(self.literal())
        self.need(")")
        return tuple(found)

    def literal(self) -> Literal:
        token = self.token
        self.next += 1
        if token.kind == "string":
            return Literal("string", unescape(token.text[1:-1]))
        if token.kind in ("number", "date", "datetime"):
            return Literal(token.kind, token.text)
        lower = token.text.lower()
        if token.kind == "name" and lower in ("true", "false", "null"):
            return Literal("null" if lower == "null" else "boolean", lower)
        if token.kind == "name" and "." not in token.text:
            days = self.whole() if self.take(":") else 0
            return Literal("range", token.text.upper(), days)
        raise self.error(token)

    def ordering(self) -> Order:
        path = self.path()
        is_descending = self.take("asc", "desc") == "desc"
        nulls_last = False
        if self.take("nulls"):
            at = self.token
            place = self.take("first", "last")
            if place is None:
                raise self.error(at)
            nulls_last = place == "last"
        return Order(path, is_descending, nulls_last)

    def whole(self) -> int:
        token = self.token
        if token.kind != "number" or not token.text.isdigit():
            raise self.error(token)
        self.next += 1
        return int(token.text)
