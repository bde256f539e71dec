"""One MIB per file: which objects are asked for, and what their rows mean. Pure: no network, no protocol library."""
