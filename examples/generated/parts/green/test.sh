echo green is fine
