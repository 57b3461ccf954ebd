"""The matter: what a call is, what it may be, and what it must still become."""
