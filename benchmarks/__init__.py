"""Speed and memory, as ratios against a baseline that is measured in the same run: `python -m benchmarks`.

Absolute figures drift with the machine and with what else it does; ratios hold. Nothing here is a test.
"""
