"""What every test may ask for: the data folder that lies beside the project."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return $WORDVEC_DATA, or skip: the evaluation data are not part of the project."""
    folder = os.environ.get("WORDVEC_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("WORDVEC_DATA does not name a folder with the evaluation data")
    return Path(folder)
