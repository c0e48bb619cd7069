"""python -m knowledge_graph."""

import os
import sys

from knowledge_graph.main import main

sys.exit(main(os.environ))
