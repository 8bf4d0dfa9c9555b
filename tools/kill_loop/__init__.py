"""The parts of tools/kill-loop."""
