"""The errors that a user can meet, each with the exit code that `jalur` ends with."""


class JalurError(Exception):
    """An error with a message for the user: what is wrong, where, and what to do."""

    exit_code = 1


class ConfigurationError(JalurError):
    """A setting, a mapping or an input folder is wrong; nothing was landed."""

    exit_code = 2


class GateRefused(JalurError):
    """A critical quality check failed; what was published before stays."""

    exit_code = 3


class RunLocked(JalurError):
    """Another run holds the lock of this home."""

    exit_code = 4

    def __init__(self, pid: int) -> None:
        super().__init__(
            f"another run is in progress (pid {pid}); wait for it to end, "
            "or set JALUR_HOME to a folder of its own"
        )
        self.pid = pid
