"""What one scalar of a UPS, PDU or sensor means."""
