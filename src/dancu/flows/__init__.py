"""Use cases as plain generators: all the logic, no I/O. They yield effects and get answers.

::

    Client.look_up ──► look_up(...)  a generator
                         │ yield Audit(intent)   ──► driver makes it durable
                         │ yield Send(request)   ──► driver exchanges bytes
                         │ yield Audit(outcome)  ──► driver makes it durable
                         ▼ return Found(...)
"""
