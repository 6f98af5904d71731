"""The world: sockets, TLS, threads, files. The only floor that knows httpx and httpcore."""
