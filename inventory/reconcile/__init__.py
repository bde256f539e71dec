"""Who an endpoint is, whose it is, and what its filing says: observed joined with filed. Pure."""
