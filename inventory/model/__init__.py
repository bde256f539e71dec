"""Values, facts, verdicts and read-only views of records: no input or output, no SQL."""
