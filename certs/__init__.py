"""Who is trusted: the name-constrained CA, the trust stores, the system's proxy setting."""
