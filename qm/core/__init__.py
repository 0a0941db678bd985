"""The pure domain: values in, values out.

No disk, database, clock, global randomness, logging or web framework. Every decision of the
product is made here; the other rooms read, store and show.
"""
