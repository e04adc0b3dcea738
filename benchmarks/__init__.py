"""What is measured, one command each, with the peer or the limit beside it in the same run.

``python -m benchmarks`` runs all, ``python -m benchmarks NAME`` one. What it prints is kept in results/NAME.md.
"""
