"""Form definitions that come with dancu; docs/forms.md says how they are written."""
