"""Everything that holds netaudit to its promises."""
