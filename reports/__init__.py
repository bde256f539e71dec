"""How people are told: one reader's question per kind, one way of showing it per format."""
