"""Everything that needs torch, and nothing else does."""
