"""What every module that writes SQL needs: a text that stays a text."""


def literal(value: str) -> str:
    """An SQL text literal."""
    return "'" + value.replace("'", "''") + "'"
