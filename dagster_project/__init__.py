"""Dagster's view of Jalur: thin definitions that start what the other packages do."""
