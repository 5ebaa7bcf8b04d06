"""Oracle: the recorded ledger and the notebooks: every correction points at a claim that holds and at its section."""

import json
from pathlib import Path

import pytest
from IPython.utils.capture import capture_output

from lecture_utils import lesson
from lecture_utils.lesson import corrections, ledger

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
ALL = corrections.load_corrections()
CLAIMS = {claim["id"]: claim for entry in ledger.read()["lessons"].values() for claim in entry["claims"]}


@pytest.mark.parametrize("correction", ALL, ids=lambda each: f"{each.lesson}-{each.claim or each.source}")
def test_each_correction_has_evidence_and_a_section_to_link_to(correction):
    (path,) = NOTEBOOKS.glob(f"{correction.lesson}_*.ipynb")
    heading = corrections.SECTION.removeprefix("#").replace("-", " ")
    assert any(heading in "".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
    assert not correction.claim or CLAIMS[correction.claim]["holds"]
    assert correction.claim or correction.source


def test_no_statement_of_the_slides_is_corrected_twice():
    assert len({each.slide for each in ALL}) == len(ALL) >= 16


def test_the_page_shows_each_with_its_evidence_and_a_link():
    with capture_output() as captured:
        lesson.show_corrections()
    shown = captured.outputs[0].data
    for each in ALL:
        assert f'.ipynb{corrections.SECTION}">{each.lesson}</a>' in shown["text/html"]
        assert each.correction in shown["text/plain"]
        assert not each.claim or CLAIMS[each.claim]["statement"] in shown["text/plain"]


def test_a_correction_without_evidence_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "corrections.csv"
    path.write_text("slide,correction,lesson,claim,source\nA,B,01,,\n")
    monkeypatch.setattr(corrections, "data_path", lambda name: path)
    with pytest.raises(ValueError, match="'A' is corrected without evidence"):
        corrections.load_corrections()
