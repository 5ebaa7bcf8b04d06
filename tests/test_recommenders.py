"""Oracle: counts by hand, and pandas' crosstab."""

import numpy as np
import pandas as pd
import pytest

from lecture_utils.recommenders import followers, popularity

HISTORIES = np.array([[-1, 0, 1, 0, 1], [2, 0, 1, 1, 2]])


def test_popularity_by_hand():
    np.testing.assert_allclose(popularity(HISTORIES, 4), np.array([3, 4, 2, 0]) / 9)


def test_followers_are_counted_as_pandas_does():
    generator = np.random.default_rng(0)
    histories = generator.integers(6, size=(50, 8))
    for back in (1, 2):
        table = pd.crosstab(histories[:, :-back].ravel(), histories[:, back:].ravel(), normalize="index")
        np.testing.assert_allclose(followers(histories, 6, back=back, weight=1e-12)[:6], table.to_numpy(), atol=1e-9)


def test_popularity_fills_in():
    chain = followers(HISTORIES, 4)
    np.testing.assert_allclose(chain.sum(1), 1)
    np.testing.assert_allclose(chain[3], popularity(HISTORIES, 4))  # never seen
    np.testing.assert_allclose(chain[-1], popularity(HISTORIES, 4))  # nothing before
    assert chain[0, 1] == pytest.approx((3 + 5 * 4 / 9) / 8)


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="nothing to count"):
        popularity(np.full((2, 2), -1), 3)
    with pytest.raises(ValueError, match=r"back \(0\)"):
        followers(HISTORIES, 4, back=0)
