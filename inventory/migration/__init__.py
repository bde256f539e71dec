"""Pure migration rules: placements, capacity, gates, waves, and the diff after a move."""
