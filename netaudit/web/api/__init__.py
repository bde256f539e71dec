"""The HTTP API ``/api/v1``: one file per group of questions."""
