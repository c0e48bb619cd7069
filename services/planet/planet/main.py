"""The two commands: the service and the job that trains its model."""

import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from planet.config import ConfigError, read_service_settings, read_training_settings
from planet.facts import FactsError


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Exits with 0 done or stopped, 1 failed, 2 wrongly called or configured."""
    try:
        match list(arguments):
            case ["serve"]:
                # Imported here: the service does without scikit-learn, the job without a web framework.
                from planet.service import serve

                serve(read_service_settings(environment))
            case ["train"]:
                from planet.spread import choose_spread
                from planet.training import train

                settings = read_training_settings(environment)
                train(settings.facts_file, settings.model_folder, _say, choose_spread(environment, _say))
                sys.exit(0)
            case _:
                _fail("usage: python -m planet serve | train", 2)
    except ConfigError as error:
        _fail(str(error), 2)
    except (FactsError, OSError) as error:
        _fail(f"failed: {error}", 1)


def _say(line: str) -> None:
    sys.stdout.write(f"planet: {line}\n")
    sys.stdout.flush()


def _fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"{message}\n")
    sys.exit(code)
