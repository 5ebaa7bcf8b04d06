"""Oracle: cases by hand, Hugging Face's logits processors, and frequencies of many draws."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.sampling import chances, keep_top_k, keep_top_p, sample

LOGITS = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
quick = settings(deadline=None, max_examples=50)


def kept(logits):
    return logits.isfinite().nonzero().flatten().tolist()


def some_logits(seed, *shape):
    return 2 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(("k", "left"), [(1, [0]), (2, [0, 1]), (4, [0, 1, 2, 3]), (9, [0, 1, 2, 3])])
def test_top_k_by_hand(k, left):
    assert kept(keep_top_k(LOGITS, k)) == left


@pytest.mark.parametrize(
    ("p", "left"), [(0.3, [0]), (0.5, [0]), (0.51, [0, 1]), (0.79, [0, 1]), (0.9, [0, 1, 2]), (1.0, [0, 1, 2, 3])]
)
def test_top_p_by_hand(p, left):
    """The fewest that reach p: .5, .8, .95, 1, in an order that is not that of the ids."""
    order = torch.tensor([2, 0, 3, 1])
    scattered = torch.empty(4).index_copy_(0, order, LOGITS)
    assert kept(keep_top_p(scattered, p)) == sorted(order[left].tolist())


def test_ties_with_the_last_kept_stay_in_top_k_and_the_first_ids_win_in_top_p():
    assert kept(keep_top_k(torch.tensor([1.0, 3.0, 1.0, 0.0]), 2)) == [0, 1, 2]
    assert kept(keep_top_p(torch.zeros(4), 0.5)) == [0, 1]


def test_temperature_by_hand():
    two_to_one = torch.tensor([2.0, 1.0]).log()
    torch.testing.assert_close(chances(two_to_one, temperature=0.5), torch.tensor([0.8, 0.2]))  # 4 to 1
    torch.testing.assert_close(chances(two_to_one, temperature=1.0), torch.tensor([2 / 3, 1 / 3]))
    assert chances(two_to_one.flip(0), temperature=0.0).tolist() == [0.0, 1.0]
    torch.testing.assert_close(chances(two_to_one, temperature=1e6), torch.tensor([0.5, 0.5]))


@quick
@given(seed=st.integers(0, 9999), k=st.integers(1, 12), p=st.floats(0.05, 0.99), temperature=st.floats(0.2, 3))
def test_equal_to_hugging_faces_processors_one_after_the_other(seed, k, p, temperature):
    logits, ids = some_logits(seed, 3, 11), torch.zeros(3, 1, dtype=torch.long)
    wanted = TemperatureLogitsWarper(temperature)(ids, logits)
    wanted = TopPLogitsWarper(p)(ids, TopKLogitsWarper(min(k, 11))(ids, wanted))
    torch.testing.assert_close(chances(logits, temperature=temperature, top_k=k, top_p=p), wanted.softmax(-1))


@quick
@given(seed=st.integers(0, 9999), p=st.floats(0.01, 1.0))
def test_the_nucleus_is_the_smallest_that_holds_p(seed, p):
    logits = some_logits(seed, 9)
    shares, nucleus = logits.softmax(-1), kept(keep_top_p(logits, p))
    assert shares[nucleus].sum() >= p - 1e-9
    without_the_least = sorted(shares[nucleus].tolist(), reverse=True)[:-1]
    assert sum(without_the_least) < p
    assert min(shares[nucleus].tolist()) >= max([0.0, *(shares[i].item() for i in range(9) if i not in nucleus)])


class Fixed:
    """A model that always sees the same chances, and counts what it has read."""

    def __init__(self, logits):
        self.logits = logits

    def start(self, prompt):
        return prompt[:, :-1]

    def step(self, tokens, state):
        return self.logits.expand(len(tokens), -1), torch.cat([state, tokens[:, None]], 1)


def test_frequencies_are_the_chances():
    drawn = sample(Fixed(LOGITS), torch.zeros(20_000, 1, dtype=torch.long), longest=1, seed=0)[:, 0]
    counts = torch.bincount(drawn, minlength=4) / 20_000
    assert ((counts - LOGITS.exp()).abs() < 5 * (0.25 / 20_000) ** 0.5).all()


def test_a_row_that_is_over_is_filled_up_and_the_last_ends_it_all():
    class Countdown(Fixed):
        """Says the token below the one it reads; below 0 comes 3."""

        def step(self, tokens, state):
            return 50.0 * torch.nn.functional.one_hot((tokens - 1) % 4, 4).float(), state

    prompt = torch.tensor([[0, 1], [0, 3]])
    assert sample(Countdown(LOGITS), prompt, longest=9, seed=0, stop=0).tolist() == [[0, 0, 0], [2, 1, 0]]
    assert sample(Countdown(LOGITS), prompt, longest=2, seed=0, stop=0).tolist() == [[0, 0], [2, 1]]
    assert sample(Countdown(LOGITS), prompt, longest=4, seed=0).tolist() == [[0, 3, 2, 1], [2, 1, 0, 3]]


@pytest.mark.parametrize("settings", [{}, {"temperature": 0.0}, {"top_k": 3}, {"top_p": 0.7, "temperature": 1.3}])
def test_the_cache_draws_the_tokens_that_rereading_draws(settings):
    torch.manual_seed(0)
    model = GPT(GPTConfig(13, longest=40, width=8, heads=2)).double()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(20)

    class Rereading:
        def start(self, prompt):
            return prompt[:, :-1]

        def step(self, tokens, state):
            state = torch.cat([state, tokens[:, None]], 1)
            return model(state)[:, -1], state

    prompt = torch.tensor([[1, 2, 3], [4, 5, 6]])
    cached, reread = (sample(each, prompt, longest=30, seed=7, **settings) for each in (model, Rereading()))
    assert torch.equal(cached, reread) and len(cached.unique()) > 2


def test_the_seed_decides():
    prompt = torch.zeros(1, 1, dtype=torch.long)
    first, again, other = (sample(Fixed(LOGITS), prompt, longest=30, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"longest": 0}, r"longest \(0\)"),
        ({"temperature": -0.1}, r"temperature \(-0.1\)"),
        ({"temperature": float("nan")}, r"temperature \(nan\)"),
        ({"temperature": float("inf")}, r"temperature \(inf\)"),
        ({"top_k": 0}, r"k \(0\)"),
        ({"top_p": 0.0}, r"p \(0.0\)"),
        ({"top_p": 1.1}, r"p \(1.1\)"),
        ({"top_p": float("nan")}, r"p \(nan\)"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        sample(Fixed(LOGITS), torch.zeros(1, 1, dtype=torch.long), **{"longest": 3, "seed": 0, **settings})


@pytest.mark.parametrize("prompt", [torch.zeros(1, 0, dtype=torch.long), torch.zeros(3, dtype=torch.long)])
def test_a_prompt_without_a_token_is_refused(prompt):
    with pytest.raises(ValueError, match=r"must be \(B, T\)"):
        sample(Fixed(LOGITS), prompt, longest=3, seed=0)
