"""Where things are called something: sectors, settlements, their names, and the reference data of the package.

In: points, borders and names. Out: the `sectors` and `places` tables, and places found by name. What does not belong
here: control maps, changes, and the reference data that a user brings (archive).
"""
