"""Oracle: torch.autograd, for the gradients that the exercise on a zero start asks for."""

import numpy as np
import torch

from lecture_utils.exercises.residuals import solution_zero


def test_the_gradients_of_a_zero_start_are_autograds():
    generator = torch.Generator().manual_seed(3)
    x, g = torch.randn(2, 5, generator=generator, dtype=torch.float64)
    first = torch.randn(7, 5, generator=generator, dtype=torch.float64, requires_grad=True)
    last = torch.zeros(5, 7, dtype=torch.float64, requires_grad=True)
    output = x + last @ (first @ x).relu()
    wanted = (output, *torch.autograd.grad(output, (first, last), g))
    for ours, theirs in zip(solution_zero(x.numpy(), first.detach().numpy(), g.numpy()), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs.detach().numpy())
