"""Forms of the acceptance flow."""
