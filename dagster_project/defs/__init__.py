"""One concept per module; none imports another, they link by asset key."""
