"""How fast the harness is, beside what else one would take: a file a benchmark, each in one run.

A benchmark is a module with `measure(quick)`, which gives its rows. There is no list to edit.
"""
