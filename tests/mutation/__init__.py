"""Small changes of what decides: which of them no test notices, and why that is all right."""
