"""The registry: the only place that speaks SQL. Open it with :func:`inventory.registry.engine.open_registry`."""
