"""How many threads to take where nobody says: training and searches ask here."""

import os

from wordvec.errors import ConfigError


def available_threads() -> int:
    """Return $WORDVEC_THREADS, or the number of CPUs that this process may use.

    Affinity and container limits count, not what the machine has.

    Raises
    ------
    ConfigError
        If $WORDVEC_THREADS is not a whole number above 0.
    """
    asked = os.environ.get("WORDVEC_THREADS")
    if asked:
        if not asked.isdecimal() or int(asked) == 0:
            raise ConfigError(f"WORDVEC_THREADS is {asked!r}; it must be a whole number from 1")
        return int(asked)
    from joblib import cpu_count

    return int(cpu_count())
