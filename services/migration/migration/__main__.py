"""python -m migration."""

import os
import sys

from migration.main import main

sys.exit(main(os.environ))
