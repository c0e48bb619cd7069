"""python -m seed."""

import os
import sys

from seed.main import main

sys.exit(main(os.environ))
