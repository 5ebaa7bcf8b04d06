"""Oracles: pytorch_tabnet's decoder and loss with the same weights; hidden entries that cannot be seen."""

import pytest
import torch
from pytorch_tabnet.metrics import UnsupervisedLoss
from pytorch_tabnet.tab_network import TabNetDecoder as Reference

from lecture_utils.models.tabnet import TabNet, TabNetConfig
from lecture_utils.models.tabnet_pretraining import Guess, TabNetDecoder, TabNetPretraining, hide, reconstruction_loss


def test_the_decoder_is_pytorch_tabnets():
    torch.manual_seed(0)
    ours = TabNetDecoder(TabNetConfig(6, width=4, steps=3, shared=2, independent=1, ghost=8))
    theirs = Reference(6, n_d=4, n_steps=3, n_independent=1, n_shared=2, virtual_batch_size=8, momentum=0.02)
    for mine, other in zip(ours.transformers, theirs.feat_transformers, strict=True):
        for layer, twin in zip(mine.layers, [*other.shared.glu_layers, *other.specifics.glu_layers], strict=True):
            twin.fc.load_state_dict(layer.linear.state_dict())
    theirs.reconstruction_layer.load_state_dict(ours.readout.state_dict())
    decisions = torch.randn(3, 16, 4, requires_grad=True)
    order = torch.arange(16).view(8, -1).T.flatten()  # their chunks of 8 are our ghosts, which take every other row
    out, wanted = ours(decisions)[order], theirs(list(decisions[:, order]))
    torch.testing.assert_close(out, wanted, atol=1e-5, rtol=1e-4)
    slopes = [torch.autograd.grad(result.square().sum(), decisions)[0] for result in (out, wanted)]
    torch.testing.assert_close(*slopes, atol=1e-4, rtol=1e-3)


def test_the_loss_is_pytorch_tabnets_where_each_row_hides_as_many():
    """Theirs is a mean of each row's mean, ours of all hidden entries: the same when all rows hide two."""
    torch.manual_seed(1)
    entries, guessed = torch.randn(10, 5) * torch.tensor([1.0, 2.0, 5.0, 0.1, 1.0]), torch.randn(10, 5)
    hidden = torch.tensor([1.0, 1.0, 0.0, 0.0, 0.0])[torch.stack([torch.randperm(5) for _ in range(10)])]
    wanted = UnsupervisedLoss(guessed, entries.clone(), hidden)
    torch.testing.assert_close(reconstruction_loss(Guess(entries, guessed, hidden)), wanted)


def test_guessing_the_mean_costs_one():
    entries = torch.randn(4000, 3) * 7 + 2
    guess = Guess(entries, entries.mean(0).expand(4000, 3), torch.ones(4000, 3))
    assert reconstruction_loss(guess).item() == pytest.approx(1, abs=1e-3)


def test_hidden_entries_cannot_be_seen():
    torch.manual_seed(2)
    model = TabNetPretraining(TabNetConfig(5, width=4, ghost=8)).eval()
    table, hidden = torch.randn(8, 5), torch.zeros(8, 5)
    hidden[:, 3] = 1
    changed = table.clone()
    changed[:, 3] += 100
    torch.testing.assert_close(model(table, hidden).guessed, model(changed, hidden).guessed)
    reading = model.encoder(table * (1 - hidden), prior=1 - hidden)
    assert reading.masks[..., 3].max() <= 0.5 and not torch.equal(
        model(table, hidden).guessed, model(table + 1, hidden).guessed
    )


def test_what_was_learned_is_handed_over():
    config = TabNetConfig(5, width=4, ghost=8, categories=((1, 3),))
    source, model = TabNetPretraining(config), TabNet(config)
    source.hand_over(model)
    table = torch.randn(8, 5)
    table[:, 1] = 2
    entries = source.embedding(table)
    torch.testing.assert_close(model.eval().read(table).decisions, source.eval().encoder(entries).decisions)


def test_shares_and_shapes_are_checked():
    generator = torch.Generator().manual_seed(0)
    hidden = hide(torch.zeros(1000, 10), 0.2, generator)
    assert set(hidden.unique().tolist()) == {0.0, 1.0} and hidden.mean().item() == pytest.approx(0.2, abs=0.02)
    with pytest.raises(ValueError, match=r"share \(1\)"):
        hide(torch.zeros(2, 2), 1)
    with pytest.raises(ValueError, match="must say for each entry"):
        TabNetPretraining(TabNetConfig(3))(torch.zeros(4, 3), torch.zeros(4, 2))
