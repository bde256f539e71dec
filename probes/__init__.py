"""How we ask the network: probes, their decoding, and nothing that knows a database."""
