"""Oracle: a checkpoint read back equals what was written, and a damaged one changes nothing."""

import pytest
import torch
from torch import nn

from lecture_utils import checkpoints


def trained(seed=0, width=3, optimizer=torch.optim.Adam):
    torch.manual_seed(seed)
    model = nn.Linear(2, width)
    descent = optimizer(model.parameters(), lr=0.1)
    model(torch.ones(1, 2)).sum().backward()
    descent.step()
    return model, descent


def test_round_trip_of_model_optimiser_random_state_and_notes(tmp_path):
    path = tmp_path / "run.safetensors"
    model, optimizer = trained()
    checkpoints.save(path, model, optimizer, {"losses": [1.5, 0.1 + 0.2]})
    expected = torch.rand(3)
    other, descent = trained(seed=1)
    assert checkpoints.load(path, other, descent) == {"losses": [1.5, 0.1 + 0.2]}
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(other.weight, model.weight)
    saved, loaded = optimizer.state_dict()["state"][0], descent.state_dict()["state"][0]
    assert all(torch.equal(torch.as_tensor(saved[key]), torch.as_tensor(loaded[key])) for key in saved)


@pytest.mark.parametrize("damage", ["cut", "empty", "foreign", "missing"])
def test_a_damaged_file_is_named_and_changes_nothing(tmp_path, damage):
    path = tmp_path / "run.safetensors"
    model, optimizer = trained()
    checkpoints.save(path, model, optimizer, {})
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else b"not a checkpoint at all")
    before = model.weight.clone()
    with pytest.raises(ValueError, match=r"run\.safetensors is no whole checkpoint"):
        checkpoints.load(path, model, optimizer)
    assert torch.equal(model.weight, before)


def test_a_checkpoint_of_another_model_is_refused_and_changes_nothing(tmp_path):
    path = tmp_path / "run.safetensors"
    checkpoints.save(path, *trained(), {})
    model, optimizer = trained(width=4)
    before = model.weight.clone()
    with pytest.raises(ValueError, match="belongs to another model: 'bias' has another shape"):
        checkpoints.load(path, model, optimizer)
    assert torch.equal(model.weight, before)


def test_a_failed_write_keeps_the_old_file_and_leaves_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "run.safetensors"
    checkpoints.save(path, *trained(), {"run": 1})
    before = path.read_bytes()

    def fail(*_args, **_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(checkpoints, "save_file", fail)
    with pytest.raises(OSError, match="disk full"):
        checkpoints.save(path, *trained(), {"run": 2})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
