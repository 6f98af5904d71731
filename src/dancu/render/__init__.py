"""A filled form as portals and people take it: form.io, JSON, the keys of two families of portals, documents."""
