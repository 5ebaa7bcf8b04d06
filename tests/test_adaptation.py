"""Oracle: the old model itself, where both tokenizers cut a text alike; else means of its rows."""

import pytest
import torch
from torch.nn import functional as F

from lecture_utils.adaptation import transplant
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.special import SPECIAL

OLD = BPE.train("the cat sat on the mat , the rat sat on the cat", 290)
NEW = BPE.train("an iterator , the iterator , each iterator stops", 280)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return GPT(GPTConfig(len(OLD), width=16, heads=2, positions="rotary"))


def test_each_token_begins_as_the_mean_of_its_old_pieces(model):
    moved, table = transplant(model, OLD, NEW), model.embedding.weight
    assert moved.embedding.weight.shape == (len(NEW), 16) and moved.config.vocabulary == len(NEW)
    torch.testing.assert_close(moved.embedding.weight[: len(SPECIAL)], table[: len(SPECIAL)])
    new = NEW.encode(" iterator")
    assert len(new) == 1 and len(OLD.encode(" iterator")) > 2
    torch.testing.assert_close(moved.embedding.weight[new[0]], table[OLD.encode(" iterator")].mean(0))
    letter = next(token for token in BPE([]).tokens[len(SPECIAL) :] if OLD.decode([OLD.ids[token]]) == "�")
    assert torch.equal(moved.embedding.weight[NEW.ids[letter]], table[OLD.ids[letter]])


def test_with_its_own_tokenizer_nothing_changes_forward_or_backward(model):
    moved = transplant(model, OLD, OLD)
    tokens = torch.tensor([OLD.encode("the rat sat on the mat")])
    for reader in (model, moved):
        F.cross_entropy(reader(tokens[:, :-1])[0], tokens[0, 1:]).backward()
    torch.testing.assert_close(moved(tokens), model(tokens))
    for (name, ours), (_, theirs) in zip(moved.named_parameters(), model.named_parameters(), strict=True):
        assert torch.equal(ours, theirs), name
        torch.testing.assert_close(ours.grad, theirs.grad)


def test_the_new_table_serves_input_and_output_and_the_old_model_stays(model):
    before = [weight.clone() for weight in model.parameters()]
    moved = transplant(model, OLD, NEW)
    assert moved.output.weight is moved.embedding.weight and moved.embedding.weight.requires_grad
    tokens = torch.tensor([NEW.encode("the iterator stops")])
    optimizer = torch.optim.SGD(moved.parameters(), lr=1.0)
    F.cross_entropy(moved(tokens[:, :-1])[0], tokens[0, 1:]).backward()
    optimizer.step()
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
    assert not any(weight.grad is not None for weight in model.parameters())
    rest = {name for name, weight in moved.state_dict().items() if weight.shape == model.state_dict()[name].shape}
    assert len(rest) == len(moved.state_dict()) - 2


def test_a_stranger_s_tokenizer_is_refused(model):
    with pytest.raises(ValueError, match=f"knows {len(OLD)} tokens and its tokenizer {len(NEW)}"):
        transplant(model, NEW, OLD)
