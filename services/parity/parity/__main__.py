"""python -m parity."""

import os

from parity.main import main

main(os.environ)
