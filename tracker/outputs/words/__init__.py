"""Words, numbers and days as people write them, in every language of the project.

In: values and keys. Out: text. What does not belong here: what is drawn or where.
"""
