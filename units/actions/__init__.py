"""Every write on accounts and roles: atomic, by a coordinator, one audit event each."""
