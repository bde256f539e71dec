"""The sweep prober: who is there? ICMP echo, ARP, TCP connect and the kernel's neighbour table, politely paced."""
