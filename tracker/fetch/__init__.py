"""The only network code: an address becomes a file and a line in a register, or one clear error.

In: a source, a folder, a clock. Out: files, whole or not at all, and what was fetched when. What does not belong here:
what the files say.
"""
