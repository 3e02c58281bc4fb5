echo red is fine
