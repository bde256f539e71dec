"""Machines that make up messages, valid and broken, by the hundred thousand."""
