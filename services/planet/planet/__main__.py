"""python -m planet serve | train."""

import os
import sys

from planet.main import main

main(sys.argv[1:], os.environ)
