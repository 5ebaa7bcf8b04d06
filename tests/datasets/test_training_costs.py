"""Oracle: 6 N D (Kaplan et al. 2020), and figures printed in the papers the table names."""

import pytest

from lecture_utils.datasets.training_costs import BASES, load_training_costs

MODELS = {model.name: model for model in load_training_costs()}
HEADER = "name,published,parameters,tokens,flops,basis,source\n"


def test_every_figure_has_a_source_and_a_known_basis():
    assert len(MODELS) >= 12
    assert all(model.source and model.basis in BASES and 2010 < model.year < 2030 for model in MODELS.values())
    assert [model.year for model in load_training_costs()] == sorted(model.year for model in MODELS.values())


@pytest.mark.parametrize("name", [model.name for model in MODELS.values() if "6 N D" in model.source])
def test_what_is_said_to_be_6nd_is_6nd(name):
    model = MODELS[name]
    assert model.basis == "computed"
    assert model.flops == pytest.approx(6 * model.parameters * model.tokens, rel=0.005)


@pytest.mark.parametrize("name", ["BERT large", "RoBERTa large", "GPT-3", "Chinchilla", "Llama 3.1 405B"])
def test_printed_figures_agree_with_6nd(name):
    model = MODELS[name]
    assert model.basis == "published"
    assert model.flops == pytest.approx(6 * model.parameters * model.tokens, rel=0.03)


def test_figures_the_lecture_leans_on():
    assert MODELS["GPT-3"].flops == 3.14e23  # Brown et al. 2020, table D.1
    assert MODELS["Transformer base"].flops == 3.3e18  # Vaswani et al. 2017, table 2
    assert MODELS["ResNet-152"].flops == pytest.approx(6 * 11.3e9 * 600_000 * 256, rel=0.01)
    assert MODELS["GPT-4"].basis == "estimate" and MODELS["GPT-4"].parameters is None
    assert MODELS["AlexNet"].year == pytest.approx(2012 + 11 / 12)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A,2020-01,1,1,nan,published,somebody", "A: flops must be a finite number above 0"),
        ("A,2020-01,-5,1,6,published,somebody", "A: parameters must be a finite number above 0"),
        ("A,2020-01,1,1,,published,somebody", "A: flops must be a finite number above 0"),
        ("A,2020-01,1,1,6,rumour,somebody", "basis 'rumour' must be one of published"),
        ("A,2020-01,1,1,6,published,", "with a source"),
    ],
)
def test_rows_that_cannot_be_trusted_are_refused(tmp_path, row, message):
    path = tmp_path / "costs.csv"
    path.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_training_costs(path)
