"""Oracle: inspect.getsource."""

import inspect
import math

import pytest
from IPython.utils.capture import capture_output

from lecture_utils.lesson.sources import source
from lecture_utils.models.mlp import MLP


def test_source_shows_the_code_headed_by_its_import_path():
    with capture_output() as captured:
        source(MLP.forward)
    text = captured.outputs[0].data["text/plain"]
    assert text.startswith("# lecture_utils.models.mlp.MLP.forward\ndef forward")
    assert inspect.getsource(MLP.forward).strip().splitlines()[-1].strip() in text


def test_what_is_not_python_is_refused():
    with pytest.raises(ValueError, match="no Python source"):
        source(math.sin)
