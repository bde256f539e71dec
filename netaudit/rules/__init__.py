"""Audit rules, one per file: what is wrong, by what evidence, and when it cannot be told."""
