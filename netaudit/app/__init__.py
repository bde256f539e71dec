"""Use cases, one verb per file: the only place that brings registry, probes and engines together."""
