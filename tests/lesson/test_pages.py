"""Oracle: Colab's documented form of an address, and hand-written pages."""

import json

from lecture_utils.lesson import pages


def test_a_badge_has_colabs_form_of_the_address_and_a_picture_of_our_own():
    badge = pages.badge("01_perceptrons", "https://github.com/someone/lectures")
    assert badge == (
        "[![Open in Colab](../docs/colab.svg)]"
        "(https://colab.research.google.com/github/someone/lectures/blob/main/notebooks/01_perceptrons.ipynb)"
    )


def test_only_what_stands_between_the_markers_of_the_map_is_replaced():
    page = "before\n<!-- map -->\nold\n<!-- end of map -->\nafter\n"
    fresh = pages.with_map(page, "notebooks/")
    assert fresh.startswith("before\n<!-- map -->\n| lesson |") and fresh.endswith("<!-- end of map -->\nafter\n")
    assert "old" not in fresh and "(notebooks/01_perceptrons.ipynb)" in fresh
    assert pages.with_map(fresh, "notebooks/") == fresh


def test_badge_and_install_address_follow_the_repository(tmp_path):
    path = tmp_path / "01_demo.ipynb"
    source = [pages.badge("01_demo", "https://github.com/old/home"), "\n", "git+https://github.com/old/home"]
    path.write_text(json.dumps({"cells": [{"source": source}]}))
    text = pages.fresh_notebook(path, "https://github.com/new/home")
    assert "old/home" not in text and text.count("new/home") == 2
