"""One file per operating system: everything that is peculiar to it."""
