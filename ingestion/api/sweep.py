"""What a source has not any more, told by a list of all that it has."""

from collections.abc import Set as AbstractSet

from ingestion.api.client import SourceError

# Fewer may always vanish: in a small company a few are a large share.
ALWAYS = 20


def vanished(
    source: str, table: str, known: AbstractSet[str], listed: AbstractSet[str], most: float
) -> list[str]:
    """Ids of the records that are known here and not listed there, in order.

    Raises `SourceError` where that is more than the share `most` of all: rather than to have lost
    them, the source may not show them to us any more, and nothing would bring them back.
    """
    gone = sorted(known - listed)
    if len(gone) > max(ALWAYS, most * len(known)):
        raise SourceError(
            f"{source}: {len(gone):,} of {len(known):,} {table} are not listed any more. If a"
            " permission was taken away, give it back; if they were really deleted, accept that"
            " once with JALUR_MOST_DELETIONS=1"
        )
    return gone
