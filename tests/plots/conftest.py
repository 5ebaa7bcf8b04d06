"""Pictures that a test has drawn are closed after it."""

import pytest
from matplotlib import pyplot as plt


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")
