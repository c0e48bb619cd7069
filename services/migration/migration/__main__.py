"""python -m migration."""

import os
import sys

from migration.main import main
from migration.outcome import with_outcome

sys.exit(with_outcome(os.environ, main))
