"""The benchmark: ``make bench`` measures speed and size, beside a bare and a naive app."""
