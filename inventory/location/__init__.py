"""Where an endpoint is: roles of ports, what lies behind a port, and the verdict with the rows that decided. Pure."""
