"""What answers say, as XML, rendered by the mock's own code: dialects, services, faults."""
