"""What the journal says: counts, quantiles and recovery, computed exactly and from it alone."""
