"""Reading devices over SNMP v1, v2c and v3, or from a recording. There is no way to write to a device in here."""
