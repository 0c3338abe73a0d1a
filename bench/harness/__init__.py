"""The parts of bench/run.py. Standard library only; the peers bring what they need."""
