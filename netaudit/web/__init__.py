"""The portal and the HTTP API: a thin door into :mod:`netaudit.app`."""
