"""Oracle: Hugging Face's DecisionTransformerModel with the same random weights."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import DecisionTransformerConfig as TheirConfig
from transformers import DecisionTransformerModel

from lecture_utils.models.decision_transformer import HOPPER, DecisionTransformer, DecisionTransformerConfig

CONFIG = DecisionTransformerConfig(5, 3, longest=9, width=12, heads=3, layers=2)
quick = settings(deadline=None, max_examples=20)


def walks(t=7, seed=0, longest=9):
    """Returns-to-go, states, actions and times of two walks."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(*shape, generator=generator) for shape in ((2, t), (2, t, 5), (2, t, 3)))
    return *numbers, torch.randint(longest, (2, t), generator=generator)


def shaken(model):
    """Weights that are large enough for every part to matter."""
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.4 * torch.randn_like(weight))
    return model.eval()


@pytest.fixture(params=[False, True], ids=["logits", "tanh"])
def theirs(request):
    sizes = {"state_dim": 5, "act_dim": 3, "max_ep_len": 9, "hidden_size": 12, "n_head": 3, "n_layer": 2}
    silent = dict.fromkeys(("resid_pdrop", "embd_pdrop", "attn_pdrop"), 0.0)
    return shaken(DecisionTransformerModel(TheirConfig(**sizes, **silent, n_positions=32, action_tanh=request.param)))


def pairs(theirs, ours):
    """(their tensor, our parameter) for every parameter of ours, theirs in our shape."""
    own, core = dict(ours.named_parameters()), theirs.encoder
    modules = {"returns": "embed_return", "states": "embed_state", "actions": "embed_action"}
    modules |= {"next_state": "predict_state", "next_return": "predict_return"}
    found = {"times.weight": theirs.embed_timestep.weight, "norm.weight": theirs.embed_ln.weight}
    found["norm.bias"] = theirs.embed_ln.bias
    for part in ("weight", "bias"):
        found |= {f"{name}.{part}": getattr(getattr(theirs, module), part) for name, module in modules.items()}
        found[f"action.{part}"] = getattr(theirs.predict_action[0], part)
        found[f"last_norm.{part}"] = getattr(core.ln_f, part)
        for i, block in enumerate(core.h):
            threefold = block.attn.c_attn.weight.mT if part == "weight" else block.attn.c_attn.bias
            for name, piece in zip(("query", "key", "value"), threefold.chunk(3), strict=True):
                found[f"layers.{i}.attention.{name}.{part}"] = piece
            matrices = {"attention.output": block.attn.c_proj, "feedforward.expand": block.mlp.c_fc}
            for name, module in (matrices | {"feedforward.contract": block.mlp.c_proj}).items():
                found[f"layers.{i}.{name}.{part}"] = module.weight.mT if part == "weight" else module.bias
            found[f"layers.{i}.around_attention.norm.{part}"] = getattr(block.ln_1, part)
            found[f"layers.{i}.around_feedforward.norm.{part}"] = getattr(block.ln_2, part)
    assert found.keys() == own.keys()
    return [(found[name], own[name]) for name in own]


def test_outputs_and_every_gradient_equal_hugging_faces(theirs):
    model = DecisionTransformer(replace(CONFIG, tanh=theirs.config.action_tanh)).eval()
    with torch.no_grad():
        for their, our in pairs(theirs, model):
            our.copy_(their)
        model.norm.bias += theirs.encoder.wpe.weight[0]  # the same vector for every token
    returns, states, actions, times = walks()
    output = theirs(states=states, actions=actions, returns_to_go=returns[..., None], timesteps=times)
    hidden = model.read(returns, states, actions, times)
    ours = (model(returns, states, actions, times), model.next_state(hidden[:, :, 2]))
    ours += (model.next_return(hidden[:, :, 2]),)
    wanted = (output.action_preds, output.state_preds, output.return_preds)
    for our, their in zip(ours, wanted, strict=True):
        torch.testing.assert_close(our, their, atol=1e-5, rtol=1e-5)
    sum(part.square().sum() for part in ours).backward()
    sum(part.square().sum() for part in wanted).backward()
    for weight in theirs.parameters():
        weight.data = weight.grad if weight.grad is not None else torch.zeros_like(weight)
    for their, our in pairs(theirs, model):
        torch.testing.assert_close(our.grad, their, atol=1e-4, rtol=1e-4)


@given(t=st.integers(2, 9), place=st.integers(0, 8), seed=st.integers(0, 99))
@quick
def test_an_action_depends_on_what_came_before_it_and_on_nothing_else(t, place, seed):
    """Returns and states up to a step, and the actions before it: its own action and all that is later do not count."""
    place = min(place, t - 1)
    model, (returns, states, actions, times) = shaken(DecisionTransformer(CONFIG)), walks(t, seed)
    given = [part.clone().requires_grad_() for part in (returns, states, actions)]
    model(*given, times)[:, place].square().sum().backward()
    for part, last in zip(given, (place, place, place - 1), strict=True):
        reach = part.grad.reshape(2, t, -1).abs().sum((0, 2)) > 0
        assert reach.tolist() == [step <= last for step in range(t)]


def test_the_time_of_a_step_counts_and_is_counted_from_zero():
    model, (returns, states, actions, _) = shaken(DecisionTransformer(CONFIG)), walks()
    given = model(returns, states, actions, torch.arange(7).expand(2, 7))
    torch.testing.assert_close(model(returns, states, actions), given)
    assert not torch.allclose(model(returns, states, actions, torch.arange(1, 8).expand(2, 7)), given, atol=1e-2)


def test_returns_are_divided_by_their_scale():
    model = shaken(DecisionTransformer(CONFIG))
    scaled = DecisionTransformer(replace(CONFIG, scale=10.0)).eval()
    scaled.load_state_dict(model.state_dict())
    returns, *rest = walks()
    torch.testing.assert_close(scaled(10 * returns, *rest), model(returns, *rest))


def test_the_published_size():
    """Hugging Face's class with the published sizes, less what it has and nobody uses: positions and words."""
    with torch.device("meta"):
        ours = sum(weight.numel() for weight in DecisionTransformer(HOPPER).parameters())
        theirs = DecisionTransformerModel(TheirConfig(state_dim=11, act_dim=3, max_ep_len=1000))
    unused = theirs.encoder.wpe.weight.numel() + theirs.encoder.wte.weight.numel()
    assert ours == sum(weight.numel() for weight in theirs.parameters()) - unused


@pytest.mark.parametrize(
    ("change", "message"),
    [({"state_dim": 0}, "at least 1"), ({"layers": 0}, "at least 1"), ({"scale": 0.0}, "scale above 0")],
)
def test_sizes_that_make_no_model_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        DecisionTransformer(replace(CONFIG, **change))


def test_inputs_that_do_not_fit_are_refused():
    model, (returns, states, actions, times) = DecisionTransformer(CONFIG), walks()
    with pytest.raises(ValueError, match=r"must be \(B, T\)"):
        model(returns[..., None], states, actions, times)
    with pytest.raises(ValueError, match=r"must be \(B, T\)"):
        model(returns, actions, states, times)
    with pytest.raises(ValueError, match="NaN"):
        model(returns * float("nan"), states, actions, times)
    with pytest.raises(ValueError, match="9"):
        model(returns, states, actions, times + 9)
    with pytest.raises(ValueError, match="9"):
        model(*(torch.cat([part, part], 1) for part in (returns, states, actions)))
