"""A simulated layer-2 network with its truth: what the location engine must not be wrong about."""
