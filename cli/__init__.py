"""The command `jalur`."""
