"""Command output to rows, one table per file; a line that is not understood is an error."""
