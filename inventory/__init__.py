"""What we know: vocabulary, location, reconciliation and the registry."""
