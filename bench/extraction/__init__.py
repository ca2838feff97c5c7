"""What the extraction over an API costs, and that faults lose nothing."""
