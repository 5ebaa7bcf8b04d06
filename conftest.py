"""Tests and notebooks run on the CPU, with pictures stored in the notebook, whatever the machine is set to."""

import os

os.environ["LECTURE_DEVICE"] = "cpu"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.pop("MPLBACKEND", None)
os.environ.pop("LECTURE_SCALE", None)
