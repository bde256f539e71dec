"""``python -m netaudit``."""

import sys

from netaudit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
