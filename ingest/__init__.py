"""A file → a policy in the library."""
