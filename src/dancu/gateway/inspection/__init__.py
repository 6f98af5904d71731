"""Questions to the audit: who looked at whom, when and why; each leaves a record of its own before it is answered.

::

    gateway.toml, database or file ─► place ─► record of the inspection ─► questions ─► table, JSON, page, letter
"""
