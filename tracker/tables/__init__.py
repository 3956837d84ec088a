"""What every table holds: its columns with their units and meanings, the check of them, and the words, figures and
days that all rooms share.

In: frames. Out: the same frames, checked or brought into shape, or one error with all that is wrong. What does not
belong here: geometry, files, and anything that computes a number.
"""
