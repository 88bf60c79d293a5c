"""The long proof that the product survives: `make prove`; each suite is set by a seed and held to a bar."""
