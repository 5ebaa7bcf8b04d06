"""Oracles: Hugging Face's BERT with the same random weights, logits, loss and gradient; the published sizes."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from transformers import BertConfig as TheirConfig
from transformers import BertForPreTraining, BertForSequenceClassification, BertModel

from lecture_utils.layers.masks import causal, combine, padding
from lecture_utils.masking import IGNORED, masked_loss
from lecture_utils.models.bert import BERT_BASE, BERT_LARGE, Bert, BertClassifier, BertConfig, BertPreTraining
from lecture_utils.tokenizers.special import PAD

CONFIG = BertConfig(23, longest=12, width=8, heads=2, layers=2, hidden=12)
quick = settings(deadline=None, max_examples=20)

TOKENS = torch.tensor([[2, 7, 9, 11, 3, 8, 6, 3], [2, 5, 22, 3, 10, 3, PAD, PAD], [2, 4, 3, PAD, PAD, PAD, PAD, PAD]])
SEGMENTS = torch.tensor([[0, 0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]])
TARGETS = torch.full_like(TOKENS, IGNORED)
TARGETS[0, 1], TARGETS[0, 5], TARGETS[1, 2] = 7, 12, 6
FOLLOWS = torch.tensor([0, 1, 0])


def theirs(kind, **more):
    """One of Hugging Face's models in double precision, all weights drawn at random, biases and norms too."""
    config = TheirConfig(
        vocab_size=23, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
        max_position_embeddings=12, type_vocab_size=2, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        attn_implementation="eager", **more,
    )  # fmt: skip
    model = kind(config).double().eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.4 * torch.randn(weight.shape, generator=generator, dtype=torch.float64))
    return model


def copy_encoder(source, ours):
    """The mapping of this test, written out by hand: BertModel -> Bert."""
    embeddings = source.embeddings
    pairs = [
        (embeddings.word_embeddings, ours.embedding),
        (embeddings.position_embeddings, ours.positions.table),
        (embeddings.token_type_embeddings, ours.segments),
        (embeddings.LayerNorm, ours.norm),
    ]
    for layer, our in zip(source.encoder.layer, ours.layers, strict=True):
        pairs += [
            (layer.attention.self.query, our.attention.query),
            (layer.attention.self.key, our.attention.key),
            (layer.attention.self.value, our.attention.value),
            (layer.attention.output.dense, our.attention.output),
            (layer.attention.output.LayerNorm, our.around_attention.norm),
            (layer.intermediate.dense, our.feedforward.expand),
            (layer.output.dense, our.feedforward.contract),
            (layer.output.LayerNorm, our.around_feedforward.norm),
        ]
    if source.pooler is not None:
        pairs.append((source.pooler.dense, ours.pooler))
    return load(pairs)


def load(pairs):
    for source, ours in pairs:
        ours.load_state_dict(source.state_dict())
    return pairs


def same_gradients(pairs):
    for source, ours in pairs:
        for (name, own), other in zip(ours.named_parameters(), source.parameters(), strict=True):
            torch.testing.assert_close(
                own.grad, other.grad, atol=1e-9, rtol=1e-6, msg=lambda text, n=name: f"{n} {text}"
            )


def pretraining_pair():
    source, ours = theirs(BertForPreTraining), BertPreTraining(CONFIG).double()
    heads = source.cls
    pairs = copy_encoder(source.bert, ours.bert) + load([
        (heads.predictions.transform.dense, ours.transform),
        (heads.predictions.transform.LayerNorm, ours.norm),
        (heads.seq_relationship, ours.next_sentence),
    ])  # fmt: skip
    ours.output.bias.data.copy_(heads.predictions.bias)
    return source, ours, pairs


def small(kind=Bert, *more, **changes):
    torch.manual_seed(0)
    return kind(replace(CONFIG, **changes), *more).double().eval()


def test_the_encoder_equals_hugging_faces_forward_and_gradient():
    source, ours = theirs(BertModel), Bert(CONFIG).double()
    pairs = copy_encoder(source, ours)
    found = source(TOKENS, attention_mask=TOKENS != PAD, token_type_ids=SEGMENTS)
    hidden = ours(TOKENS, SEGMENTS)
    real = TOKENS != PAD
    torch.testing.assert_close(hidden[real], found.last_hidden_state[real], atol=1e-9, rtol=1e-6)
    torch.testing.assert_close(ours.pooled(hidden), found.pooler_output, atol=1e-9, rtol=1e-6)
    (found.last_hidden_state[real].pow(2).sum() + found.pooler_output.sum()).backward()
    (hidden[real].pow(2).sum() + ours.pooled(hidden).sum()).backward()
    same_gradients(pairs)


def test_pretraining_equals_hugging_faces_logits_loss_and_gradient():
    source, ours, pairs = pretraining_pair()
    found = source(
        TOKENS, attention_mask=TOKENS != PAD, token_type_ids=SEGMENTS, labels=TARGETS, next_sentence_label=FOLLOWS
    )
    words, follows = ours(TOKENS, SEGMENTS)
    real = TOKENS != PAD
    torch.testing.assert_close(words[real], found.prediction_logits[real], atol=1e-9, rtol=1e-6)
    torch.testing.assert_close(follows, found.seq_relationship_logits, atol=1e-9, rtol=1e-6)
    loss = masked_loss(words, TARGETS) + F.cross_entropy(follows, FOLLOWS)
    torch.testing.assert_close(loss, found.loss, atol=1e-9, rtol=1e-6)
    loss.backward()
    found.loss.backward()
    same_gradients(pairs)
    assert ours.output.weight is ours.bert.embedding.weight  # its gradient, compared above, has both parts
    torch.testing.assert_close(ours.output.bias.grad, source.cls.predictions.bias.grad, atol=1e-9, rtol=1e-6)


def test_in_single_precision_the_two_agree_to_1e_5():
    source, ours, _ = pretraining_pair()
    found = source.float()(TOKENS, attention_mask=TOKENS != PAD, token_type_ids=SEGMENTS)
    words, follows = ours.float()(TOKENS, SEGMENTS)
    real = TOKENS != PAD
    torch.testing.assert_close(words[real], found.prediction_logits[real], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(follows, found.seq_relationship_logits, atol=1e-5, rtol=1e-5)


def test_a_loss_on_all_positions_is_another_one():
    source, ours, _ = pretraining_pair()
    found = source(TOKENS, attention_mask=TOKENS != PAD, labels=TARGETS, next_sentence_label=FOLLOWS).loss
    words, follows = ours(TOKENS)
    everywhere = F.cross_entropy(words.flatten(0, 1), TOKENS.flatten()) + F.cross_entropy(follows, FOLLOWS)
    assert (everywhere - found).abs() > 0.01


@pytest.mark.parametrize("labels", [2, 3])
def test_the_classifier_equals_hugging_faces_logits_loss_and_gradient(labels):
    source = theirs(BertForSequenceClassification, num_labels=labels, problem_type="multi_label_classification")
    ours = BertClassifier(CONFIG, labels).double()
    pairs = copy_encoder(source.bert, ours.bert) + load([(source.classifier, ours.output)])
    wanted = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]])[:, :labels].double()
    found = source(TOKENS, attention_mask=TOKENS != PAD, token_type_ids=SEGMENTS, labels=wanted)
    logits = ours(TOKENS, SEGMENTS)
    torch.testing.assert_close(logits, found.logits, atol=1e-9, rtol=1e-6)
    loss = F.binary_cross_entropy_with_logits(logits, wanted)
    torch.testing.assert_close(loss, found.loss, atol=1e-9, rtol=1e-6)
    loss.backward()
    found.loss.backward()
    same_gradients(pairs)


@pytest.mark.parametrize(("config", "count"), [(BERT_BASE, 109_482_240), (BERT_LARGE, 335_141_888)])
def test_parameters_at_the_published_sizes(config, count):
    with torch.device("meta"):
        model = Bert(config)
    assert sum(weight.numel() for weight in model.parameters()) == count


@quick
@given(seed=st.integers(0, 999), extra=st.integers(1, 4))
def test_padding_changes_nothing(seed, extra):
    model, generator = small(BertPreTraining, spread=0.5), torch.Generator().manual_seed(seed)
    tokens = torch.randint(5, 23, (2, 6), generator=generator)
    padded = F.pad(tokens, (0, extra), value=PAD)
    for short, long in zip(model(tokens), model(padded), strict=True):
        torch.testing.assert_close(long[:, :6] if long.ndim == 3 else long, short)


@quick
@given(place=st.integers(0, 5), seed=st.integers(0, 99))
def test_every_place_hears_of_a_change_anywhere_unless_a_mask_forbids(place, seed):
    model, generator = small(spread=0.5), torch.Generator().manual_seed(seed)
    tokens = torch.randint(5, 22, (1, 6), generator=generator)
    changed = tokens.clone()
    changed[0, place] += 1
    moved = (model(changed) - model(tokens)).abs().amax(-1)[0] > 1e-12
    assert moved.all()
    one_way = combine(padding(tokens), causal(6))
    moved = (model(changed, mask=one_way) - model(tokens, mask=one_way)).abs().amax(-1)[0] > 1e-12
    assert moved.tolist() == [at >= place for at in range(6)]


def test_segments_and_positions_matter_and_segments_are_zero_where_not_given():
    model, tokens = small(spread=0.5), torch.tensor([[2, 7, 7, 3]])
    assert torch.equal(model(tokens), model(tokens, torch.zeros_like(tokens)))
    assert not torch.allclose(model(tokens), model(tokens, torch.tensor([[0, 0, 1, 1]])))
    assert not torch.allclose(*model(tokens)[0, 1:3])  # the same word in two places


def test_the_spread_is_that_of_all_tables_and_matrices():
    model = BertPreTraining(BertConfig(3000, longest=500, width=64, spread=0.08))
    for name, weight in model.named_parameters():
        if weight.ndim == 2 and weight.numel() > 4000:
            assert weight.std().item() == pytest.approx(0.08, rel=0.05), name


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"vocabulary": 0}, "at least 1"), ({"segments": 0}, "at least 1"), ({"layers": 0}, "at least 1"),
     ({"heads": 3}, r"multiple of heads \(3\)")],
)  # fmt: skip
def test_sizes_that_make_no_model_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        Bert(replace(CONFIG, **changes))


@pytest.mark.parametrize(
    ("tokens", "segments", "message"),
    [
        (torch.tensor([[23]]), None, "ids from 23 to 23"),
        (torch.tensor([2, 3]), None, r"must be \(B, T\)"),
        (torch.full((1, 13), 5), None, "positions to 12"),
        (torch.tensor([[2, 3]]), torch.tensor([[0, 2]]), "ids from 0 to 2 do not fit a vocabulary of 2"),
        (torch.tensor([[2, 3]]), torch.tensor([[0]]), r"segments \(1, 1\) must have the shape of tokens \(1, 2\)"),
    ],
)
def test_texts_that_do_not_fit_are_refused(tokens, segments, message):
    with pytest.raises(ValueError, match=message):
        small()(tokens, segments)


def test_a_classifier_needs_a_label():
    with pytest.raises(ValueError, match=r"labels \(0\)"):
        BertClassifier(CONFIG, 0)
