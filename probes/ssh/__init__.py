"""Reading devices over SSH: allow-listed commands only, and no prompt is ever answered."""
