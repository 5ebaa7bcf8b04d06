"""Interactive explorers: a pure function, a picture, a few lines of ipywidgets."""
