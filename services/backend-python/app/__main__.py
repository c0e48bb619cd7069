"""python -m app."""

import os

from app.main import main

main(os.environ)
