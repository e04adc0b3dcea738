"""The command `handbok`: one file a family of sub-commands; ``app`` joins them.

Exit status 0 well, 1 found something, 2 misuse. What is asked for goes to stdout, errors to stderr as one line.
"""
