"""Background work for the portal: a thin door into :mod:`netaudit.app`."""
