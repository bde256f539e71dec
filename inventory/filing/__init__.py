"""Pure filing rules: what a sheet holds, and what is wrong with its rows."""
