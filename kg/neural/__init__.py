"""Everything that needs torch, and nothing else does: encoder, heads, batching, training."""
