"""Who asks, and whether they may: identities, policies, grants, signatures."""
