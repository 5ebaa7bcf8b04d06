"""Oracle: Hugging Face's models and tokenizers, which write the files that we read."""

import json
import pickle
import shutil

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer, Tokenizer, models, pre_tokenizers, trainers

from lecture_utils import hub, pretrained
from lecture_utils.conversion import llama_from
from lecture_utils.sampling import sample

TEXT = "the cat sat on the mat, the dog sat on the log; what a day it was! Nobody's fault, they said in 1999. " * 3
pytestmark = pytest.mark.filterwarnings("ignore")


def randomised(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.3 * torch.randn(weight.shape, generator=generator))
    return model.eval()


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpt2")
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator([TEXT], vocab_size=300, special_tokens=["<|endoftext|>"], show_progress=False)
    tokenizer.save_model(str(folder))
    config = transformers.GPT2Config(
        vocab_size=300, n_positions=32, n_embd=12, n_layer=3, n_head=2, bos_token_id=0, eos_token_id=0
    )
    model = randomised(transformers.GPT2LMHeadModel(config))
    model.save_pretrained(folder)
    return folder, model, tokenizer


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bert")
    tokenizer = BertWordPieceTokenizer()
    tokenizer.train_from_iterator([TEXT], vocab_size=90, min_frequency=1, show_progress=False)
    tokenizer.save_model(str(folder))
    size = tokenizer.get_vocab_size()
    config = transformers.BertConfig(
        vocab_size=size,
        hidden_size=12,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=20,
        max_position_embeddings=16,
    )
    model = randomised(transformers.BertForPreTraining(config))
    model.save_pretrained(folder)
    return folder, model, tokenizer


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    folder = tmp_path_factory.mktemp("llama")
    trained = Tokenizer(models.BPE(byte_fallback=True))
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
    special = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trained.train_from_iterator([TEXT], trainers.BpeTrainer(vocab_size=310, special_tokens=special))
    parts = json.loads(trained.to_str())["model"]
    merges = [tuple(pair) for pair in parts["merges"]]
    tokenizer = transformers.LlamaTokenizerFast(vocab=parts["vocab"], merges=merges)
    tokenizer.save_pretrained(folder)
    sizes = {"vocab_size": len(tokenizer), "hidden_size": 12, "intermediate_size": 20, "num_hidden_layers": 3}
    heads = {"num_attention_heads": 3, "num_key_value_heads": 1, "rms_norm_eps": 1e-3}
    turning = {"rope_type": "default", "rope_theta": 500.0}
    model = randomised(
        transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes, **heads, rope_parameters=turning))
    )
    model.save_pretrained(folder)
    return folder, model, tokenizer


@pytest.fixture(scope="module")
def vit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vit")
    config = transformers.ViTConfig(
        hidden_size=12,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=20,
        image_size=[8, 12],
        patch_size=4,
        id2label={index: f"class {index}" for index in range(11)},
    )
    model = randomised(transformers.ViTForImageClassification(config))
    model.save_pretrained(folder)
    return folder, model


def test_gpt2_from_its_files_gives_hugging_faces_logits_tokens_and_ids(gpt2):
    folder, theirs, tokenizer = gpt2
    found = pretrained.load("gpt2", folder=folder)
    tokens = torch.tensor([found.tokenizer.encode("the cat sat")])
    assert tokens[0].tolist() == tokenizer.encode("the cat sat").ids
    assert found.tokenizer.decode(tokens[0]) == "the cat sat" and len(found.tokenizer) == 300
    torch.testing.assert_close(found.model(tokens), theirs(tokens).logits, rtol=1e-5, atol=1e-5)
    ours = sample(found.model, tokens, longest=8, seed=0, temperature=0)
    written = theirs.generate(tokens, max_new_tokens=8, do_sample=False, eos_token_id=None, pad_token_id=0)
    assert ours.tolist() == written[:, tokens.shape[1] :].tolist()
    assert found.model.output.weight is found.model.embedding.weight, "one table for input and output"
    assert not found.model.training


def test_llama_from_its_files_gives_hugging_faces_logits_tokens_and_ids(llama):
    folder, theirs, tokenizer = llama
    found = pretrained.load("huggyllama/llama-7b", folder=folder)
    text = "the cat sät on  the log"
    tokens = torch.tensor([found.tokenizer.encode(text)])
    assert tokens[0].tolist() == tokenizer(text, add_special_tokens=False).input_ids
    assert found.tokenizer.decode([found.tokenizer.ids["<s>"], *tokens[0].tolist()]) == text
    torch.testing.assert_close(found.model(tokens), theirs(tokens).logits, rtol=1e-5, atol=1e-5)
    ours = sample(found.model, tokens, longest=8, seed=0, temperature=0)
    written = theirs.generate(tokens, max_new_tokens=8, do_sample=False, eos_token_id=None, pad_token_id=0)
    assert ours.tolist() == written[:, tokens.shape[1] :].tolist()
    assert len(found.tokenizer) == len(tokenizer) and not found.model.training


def test_a_llama_in_several_files_in_half_precision_and_of_old_names_is_read_alike(llama, tmp_path):
    folder, theirs, _ = llama
    want = pretrained.load("meta/llama", folder=folder).model.state_dict()
    shutil.copytree(folder, tmp_path / "many", ignore=shutil.ignore_patterns("*.safetensors"))
    theirs.save_pretrained(tmp_path / "many", max_shard_size="4KB")
    assert not (tmp_path / "many" / "model.safetensors").exists()
    ours = pretrained.load("meta/llama", folder=tmp_path / "many").model.state_dict()
    assert all(torch.equal(ours[name], want[name]) for name in want)
    old = {name: value.half() for name, value in load_file(folder / "model.safetensors").items()}
    old["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.ones(2)
    copy = broken(folder, tmp_path, weights=lambda _: old)
    config = json.loads((copy / "config.json").read_text())
    base = config.pop("rope_parameters")["rope_theta"]
    del config["head_dim"]
    (copy / "config.json").write_text(json.dumps(config | {"rope_theta": base, "rope_scaling": None}))
    model = pretrained.load("meta/llama", folder=copy).model
    assert model.config.base == 500.0 and model.config.key_value_heads == 1
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, want[name], atol=1e-3, rtol=1e-3)


def test_a_tied_llama_and_one_without_groups(tmp_path):
    sizes = {"vocab_size": 300, "hidden_size": 12, "intermediate_size": 20, "num_hidden_layers": 2}
    config = transformers.LlamaConfig(**sizes, num_attention_heads=3, tie_word_embeddings=True)
    theirs = randomised(transformers.LlamaForCausalLM(config))
    theirs.save_pretrained(tmp_path)
    written = json.loads((tmp_path / "config.json").read_text())
    del written["num_key_value_heads"]  # the first files do not know of groups
    ours = llama_from(written, load_file(tmp_path / "model.safetensors"))
    tokens = torch.arange(8)[None]
    torch.testing.assert_close(ours(tokens), theirs(tokens).logits, rtol=1e-5, atol=1e-5)
    assert ours.output.weight is ours.embedding.weight and ours.config.tied


def test_bert_from_its_files_gives_hugging_faces_logits_and_ids(bert):
    folder, theirs, tokenizer = bert
    found = pretrained.load("bert-base-uncased", folder=folder)
    text = "the cat sat on the log"
    assert found.tokenizer.encode(text) == tokenizer.encode(text, add_special_tokens=False).ids
    assert found.tokenizer.decode(found.tokenizer.encode(text)) == text
    mask, end = found.tokenizer.ids["[MASK]"], found.tokenizer.ids["[SEP]"]
    tokens = torch.tensor([[found.tokenizer.ids["[CLS]"], 11, mask, 12, end], [7, 8, end, 0, 0]])
    segments = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]])
    want = theirs(tokens, token_type_ids=segments, attention_mask=tokens != 0)
    blanks, following = found.model(tokens, segments)
    seen = tokens != 0
    torch.testing.assert_close(blanks[seen], want.prediction_logits[seen], rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(following, want.seq_relationship_logits, rtol=1e-5, atol=1e-5)
    assert found.model.output.weight is found.model.bert.embedding.weight


def test_vit_from_its_files_gives_hugging_faces_logits_and_labels(vit):
    folder, theirs = vit
    found = pretrained.load("google/vit-base-patch16-224", folder=folder)
    images = torch.randn(2, 3, 8, 12, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(found.model(images), theirs(images).logits, rtol=1e-5, atol=1e-5)
    assert found.labels == tuple(f"class {index}" for index in range(11)) and found.tokenizer is None


def test_old_files_with_other_names_of_the_same_weights_are_read_alike(gpt2, bert, vit, tmp_path):
    """The first published files: GPT-2 with masks and without a prefix, BERT with gamma and beta, ViT with a pooler."""
    for kind, (folder, *_) in {"gpt2": gpt2, "bert": bert, "google/vit": vit}.items():
        weights = load_file(folder / "model.safetensors")
        other = {}
        for name, value in weights.items():
            renamed = name.removeprefix("transformer.")
            renamed = renamed.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
            other[renamed] = value
        if kind == "gpt2":
            other |= {
                "h.0.attn.bias": torch.ones(1, 1, 32, 32),
                "lm_head.weight": weights["transformer.wte.weight"] + 0,
            }
        if kind == "bert":
            other["bert.embeddings.position_ids"] = torch.arange(16)[None]
        if kind == "google/vit":
            other["vit.pooler.dense.weight"] = torch.zeros(12, 12)
        copy = tmp_path / kind
        shutil.copytree(folder, copy)
        save_file(other, copy / "model.safetensors", metadata={"format": "pt"})
        ours = pretrained.load(kind, folder=copy).model.state_dict()
        want = pretrained.load(kind, folder=folder).model.state_dict()
        assert all(torch.equal(ours[name], want[name]) for name in want), kind


def test_the_table_of_readers_has_all_four(gpt2, llama, bert, vit):
    folders = [folder for folder, *_ in (gpt2, llama, bert, vit)]
    kinds = {json.loads((folder / "config.json").read_text())["model_type"] for folder in folders}
    assert kinds == set(pretrained.READERS)


# --- Broken and hostile files -----------------------------------------------------------------------------------


class Bomb:
    """Unpickled, it would leave a mark."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (open, (str(self.mark), "w"))


def broken(folder, tmp_path, *, weights=None, config=None, raw=None):
    """A copy of a good folder with changed weights, changed configuration or another file in place of the weights."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    if weights is not None:
        tensors = load_file(copy / "model.safetensors")
        save_file(weights(tensors), copy / "model.safetensors")
    if config is not None:
        path = copy / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | config))
    if raw is not None:
        (copy / "model.safetensors").write_bytes(raw)
    return copy


def test_a_pickle_is_refused_and_not_run(gpt2, tmp_path):
    mark = tmp_path / "mark"
    copy = broken(gpt2[0], tmp_path, raw=pickle.dumps(Bomb(mark)))
    with pytest.raises(ValueError, match="no whole safetensors file"):
        pretrained.load("gpt2", folder=copy)
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(hub.NotAtHand, match=r"no model\.safetensors"):
        pretrained.load("gpt2", folder=copy)
    assert not mark.exists()


def test_a_truncated_file_is_refused(gpt2, tmp_path):
    whole = (gpt2[0] / "model.safetensors").read_bytes()
    for end in (0, 5, 300, len(whole) - 1):
        copy = broken(gpt2[0], tmp_path, raw=whole[:end])
        with pytest.raises(ValueError, match="no whole safetensors file"):
            pretrained.load("gpt2", folder=copy)
        shutil.rmtree(copy)


@pytest.mark.parametrize("kind", ["gpt2", "meta/llama", "bert", "google/vit"])
def test_each_missing_foreign_or_misshapen_weight_is_named(kind, gpt2, llama, bert, vit, tmp_path):
    folder = {"gpt2": gpt2, "meta/llama": llama, "bert": bert, "google/vit": vit}[kind][0]
    names = list(load_file(folder / "model.safetensors"))
    for number, name in enumerate(names):
        for change in (
            lambda tensors, name=name: {n: v for n, v in tensors.items() if n != name},
            lambda tensors, name=name: tensors | {name: torch.zeros(3, 1, 2, 5, 1)},
            lambda tensors, name=name: tensors | {name: torch.zeros(())},
        ):
            copy = broken(folder, tmp_path / str(number), weights=change)
            with pytest.raises(ValueError, match=r"lacks|fits|a matrix"):
                pretrained.load(kind, folder=copy)
            shutil.rmtree(tmp_path / str(number))
    copy = broken(folder, tmp_path, weights=lambda tensors: tensors | {"evil.weight": torch.zeros(2)})
    with pytest.raises(ValueError, match=r"evil\.weight, which is unknown"):
        pretrained.load(kind, folder=copy)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"n_layer": 10**9}, "tells of 1000000000 layers"),
        ({"n_layer": 2}, r"h\.2\..*unknown"),
        ({"n_layer": 4}, "lacks"),
        ({"n_layer": "3"}, "whole number"),
        ({"n_head": 0}, "whole number"),
        ({"n_head": 5}, "multiple of heads"),
        ({"n_positions": 10**12}, "fits"),
        ({"activation_function": "relu"}, "activation_function = 'relu'"),
        ({"model_type": "llama2"}, "we can read 'gpt2'"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused_before_memory_is_taken(gpt2, tmp_path, config, message):
    with pytest.raises(ValueError, match=message):
        pretrained.load("gpt2", folder=broken(gpt2[0], tmp_path, config=config))


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("config.json", "{", "no JSON"),
        ("config.json", "[1]", "holds a list"),
        ("vocab.json", '{"a": "x"}', "no whole number"),
        ("vocab.json", '{"a": 1}', "lacks"),
        ("merges.txt", "a b c\n", "two tokens"),
    ],
)
def test_a_broken_vocabulary_is_refused(gpt2, tmp_path, file, content, message):
    copy = broken(gpt2[0], tmp_path)
    (copy / file).write_text(content)
    with pytest.raises(ValueError, match=message):
        pretrained.load("gpt2", folder=copy)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"num_hidden_layers": 10**9}, "tells of 1000000000 layers"),
        ({"num_attention_heads": 4}, "head_dim = 4, our model 3"),
        ({"num_key_value_heads": 2}, r"heads \(3\) must be a multiple of key_value_heads \(2\)"),
        ({"num_key_value_heads": 3}, "fits"),
        ({"head_dim": 8}, "head_dim = 8, our model 4"),
        ({"hidden_act": "gelu"}, "hidden_act = 'gelu'"),
        ({"attention_bias": True}, "attention_bias = True"),
        ({"mlp_bias": True}, "mlp_bias = True"),
        ({"rope_parameters": {"rope_type": "llama3", "rope_theta": 5e5}}, "rope_type = 'llama3'"),
        ({"rope_parameters": None, "rope_scaling": {"type": "linear", "factor": 2.0}}, "rope_type = 'linear'"),
        ({"rope_parameters": {"rope_theta": "many"}}, "rope_theta = 'many'"),
        ({"rms_norm_eps": 0}, "rms_norm_eps = 0"),
    ],
)
def test_a_llama_that_ours_is_not(llama, tmp_path, config, message):
    with pytest.raises(ValueError, match=message):
        pretrained.load("meta/llama", folder=broken(llama[0], tmp_path, config=config))


@pytest.mark.parametrize(
    ("map_", "message"),
    [({}, "names no files"), (None, "names no files"), ({"a": "../x.safetensors"}, r"\['../x.safetensors'\]"),
     ({"a": "x.bin"}, r"\['x.bin'\]")],
)  # fmt: skip
def test_an_index_that_leads_astray_is_refused(llama, tmp_path, map_, message):
    copy = broken(llama[0], tmp_path)
    (copy / "model.safetensors").unlink()
    (copy / "model.safetensors.index.json").write_text(json.dumps({"weight_map": map_}))
    with pytest.raises(ValueError, match=message):
        pretrained.load("meta/llama", folder=copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda found: found.pop("model"), "'model'"),
        (lambda found: found["model"].update(byte_fallback=False), "another way"),
        (lambda found: found["model"].update(merges=[["t", "qqq"]]), "lacks 'qqq'"),
        (lambda found: found["model"].update(merges=[["x"]]), "not LLaMA's"),
        (lambda found: found["model"].update(vocab=[]), "not LLaMA's"),
    ],
)
def test_a_tokenizer_that_is_not_llamas_is_refused(llama, tmp_path, change, message):
    copy = broken(llama[0], tmp_path)
    found = json.loads((copy / "tokenizer.json").read_text())
    change(found)
    (copy / "tokenizer.json").write_text(json.dumps(found))
    with pytest.raises(ValueError, match=message):
        pretrained.load("meta/llama", folder=copy)


def test_a_bert_that_pads_with_another_id_is_refused(bert, tmp_path):
    copy = broken(bert[0], tmp_path)
    lines = (copy / "vocab.txt").read_text().split("\n")
    (copy / "vocab.txt").write_text("\n".join([lines[1], lines[0], *lines[2:]]))
    with pytest.raises(ValueError, match=r"begin with \[PAD\]"):
        pretrained.load("bert-base-uncased", folder=copy)


def test_unknown_ids_are_refused(gpt2):
    found = pretrained.load("gpt2", folder=gpt2[0])
    with pytest.raises(ValueError, match="0 to 299"):
        found.tokenizer.decode([300])


def test_find_says_in_one_line_what_is_missing(gpt2, tmp_path, monkeypatch, capsys):
    for name in ("HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LECTURE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    for download in (False, True):
        assert pretrained.find("gpt2", download=download) is None
        line = capsys.readouterr().out
        assert line.count("\n") == 1 and ("gpt2" in line or "config.json" in line)
    shutil.copytree(gpt2[0], tmp_path / "gpt2")
    assert pretrained.find("gpt2").name == "gpt2"
