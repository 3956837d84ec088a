"""The benchmark: `make bench` measures tracker against what people use today. `run.py` says how to read it."""
