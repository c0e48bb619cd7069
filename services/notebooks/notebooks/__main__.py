"""python -m notebooks serve | run NOTEBOOK."""

import os
import sys

from notebooks.main import main

sys.exit(main(sys.argv[1:], os.environ))
