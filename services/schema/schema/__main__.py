"""python -m schema."""

import os
import sys

from schema.main import main

sys.exit(main(sys.argv[1:], os.environ))
