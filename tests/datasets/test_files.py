"""Oracle: the files of the folder `data/`."""

import pytest

from lecture_utils.datasets.files import data_path


def test_data_files_are_found_and_missing_ones_named():
    assert data_path("SOURCES.md").read_text(encoding="utf-8").startswith("# Sources")
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        data_path("nothing.csv")
