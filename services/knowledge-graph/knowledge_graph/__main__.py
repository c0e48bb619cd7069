"""python -m knowledge_graph."""

import os
import sys

from knowledge_graph.main import main
from knowledge_graph.outcome import with_outcome

sys.exit(with_outcome(os.environ, main))
