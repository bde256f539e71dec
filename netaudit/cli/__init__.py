"""The command line: a thin door into :mod:`netaudit.app`, one command per file, loaded when called."""
