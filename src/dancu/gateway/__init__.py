"""The thin gateway: one audited, minimised door for applications in any language.

::

    request ─► key ─► media type, size, JSON, shape ─► rate ─► grant ─► AsyncClient ─► answer
                401        415 413 400 422              429      403      (intent, upstream, outcome)
"""
