"""python -m seed."""

import os
import sys

from seed.main import main
from seed.outcome import with_outcome

sys.exit(with_outcome(os.environ, main))
