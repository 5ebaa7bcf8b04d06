"""Oracle: what fits by hand."""

import pytest
import torch

from lecture_utils.layers.token_ids import check_token_ids


@pytest.mark.parametrize("tokens", [[[0]], [[0, 4], [3, 2]]])
def test_ids_of_the_vocabulary_pass(tokens):
    check_token_ids(torch.tensor(tokens), 5)


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([[0, 5]], "from 0 to 5 do not fit a vocabulary of 5: 0 to 4"),
        ([[-1, 2]], "from -1 to 2"),
        ([[]], r"shape \(1, 0\)"),
        ([1, 2], r"shape \(2,\) must be \(B, T\)"),
    ],
)
def test_others_are_refused(tokens, message):
    with pytest.raises(ValueError, match=message):
        check_token_ids(torch.tensor(tokens), 5)


def test_shapes_are_checked_without_memory_too():
    check_token_ids(torch.zeros(2, 3, dtype=torch.long, device="meta"), 5)
    with pytest.raises(ValueError, match="must be"):
        check_token_ids(torch.zeros(3, dtype=torch.long, device="meta"), 5)
