"""Oracles: a scripted labeller with a known taste; the state before a click."""

import pytest
import torch

from lecture_utils.datasets.taste import (
    END,
    LONGEST,
    OPINIONS,
    PROMPT,
    WORDS,
    choose,
    draw_prompts,
    draw_sentences,
    true_reward,
)
from lecture_utils.live_feedback import LiveFeedback
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.policy_gradient import chosen_log_probs, masked_mean, written
from lecture_utils.ppo import complete
from lecture_utils.training import fit, minibatches

PROMPTS = draw_prompts(20, seed=0)
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def start(one_thread):
    torch.manual_seed(0)
    model = GPT(GPTConfig(len(WORDS), longest=PROMPT + LONGEST, width=32, heads=2, layers=1))

    def loss(model, batch):
        mask = written(batch[0], prompt=PROMPT, end=END)[:, 1:]
        return -masked_mean(chosen_log_probs(model(batch[0]), batch[0]), mask)

    fit(model, minibatches(draw_sentences(2000, seed=0), size=64), loss, steps=120, lr=1e-2, clip=1.0, progress=None)
    return model


def live(model, **more):
    return LiveFeedback(model, PROMPTS, end=END, longest=LONGEST, **{"seed": 0} | more)


def clicked(feedback, seed):
    """Which of the two the scripted labeller clicks."""
    return int(torch.equal(choose(*feedback.pair[:, None], seed=seed).better[0], feedback.pair[1]))


def value(model):
    return true_reward(complete(model, draw_prompts(300, seed=9), longest=LONGEST, end=END, seed=9)).mean().item()


def test_after_fifteen_clicks_the_policys_true_reward_has_risen(start):
    """The lesson claims more, for three seeds."""
    feedback = live(start)
    for click in range(15):
        feedback.choose(clicked(feedback, click))
    assert value(feedback.policy) - value(start) > 0.1
    assert (feedback.taste[torch.tensor(list(map(WORDS.index, OPINIONS)))] @ torch.tensor([*OPINIONS.values()])) > 0
    assert feedback.clicks == 15 and feedback.divergence > 0


def weights(feedback):
    return torch.cat([weight.detach().flatten() for weight in feedback.policy.parameters()])


def test_undo_goes_back_to_the_state_before_and_may_be_repeated(start):
    feedback, states = live(start), []
    for _ in range(3):
        states.append((weights(feedback).clone(), feedback.taste.clone(), feedback.pair.clone(), feedback.divergence))
        feedback.choose(0)
    after = weights(feedback).clone()
    feedback.undo()
    feedback.choose(0)
    torch.testing.assert_close(weights(feedback), after)  # the optimizer went back too
    for count in (2, 1, 0):
        feedback.undo()
        policy, taste, pair, divergence = states[count]
        assert torch.equal(weights(feedback), policy) and torch.equal(feedback.taste, taste)
        assert torch.equal(feedback.pair, pair) and feedback.divergence == divergence and feedback.clicks == count
    feedback.undo()
    assert feedback.clicks == 0


def test_reset_is_a_new_beginning_and_the_start_stays_as_it_was(start):
    before = torch.cat([weight.detach().flatten() for weight in start.parameters()]).clone()
    feedback = live(start)
    pair = feedback.pair.clone()
    feedback.choose(1)
    assert not torch.equal(weights(feedback), before)
    feedback.reset()
    assert feedback.clicks == 0 and not feedback.taste.any() and torch.equal(feedback.pair, pair)
    assert torch.equal(weights(feedback), before)
    assert torch.equal(torch.cat([weight.detach().flatten() for weight in start.parameters()]), before)


def test_the_reward_is_the_sum_of_opinions_and_filling_up_earns_nothing(start):
    feedback = live(start)
    feedback.taste = torch.arange(len(WORDS)).float()
    text = torch.tensor([[1, 2, 6, END, END, END], [1, 2, 6, 6, 6, 6]])
    assert feedback.reward(text).tolist() == [9.0, 27.0]
    feedback.taste[END] = 5.0
    assert feedback.reward(text).tolist() == [14.0, 27.0]
    feedback.texts = text
    assert feedback.rates()[[END, 1, 6, 7]].tolist() == [0.5, 1.0, 1.0, 0.0]


def test_the_two_sentences_differ_and_share_their_prompt(start):
    feedback = live(start)
    for click in range(5):
        assert not torch.equal(*feedback.pair) and torch.equal(feedback.pair[0, :2], feedback.pair[1, :2])
        feedback.choose(click % 2)
    with pytest.raises(ValueError, match=r"place \(2\)"):
        feedback.choose(2)
