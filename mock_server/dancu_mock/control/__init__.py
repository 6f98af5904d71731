"""Moving a mock that runs elsewhere: verbs over HTTP on a port of their own, and the same verbs in Python.

`dancu_mock.control.server.ControlServer` is the port, `dancu_mock.control.client.MockPlatform` who calls it.
"""
